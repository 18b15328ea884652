#!/bin/sh
# Installs Train at Home for you alone, in your home folder. Nothing needs root, nothing starts by itself.
# ./uninstall.sh, which comes along, removes it again.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
program="$HOME/.local/lib/train-at-home"
commands="$HOME/.local/bin"

[ -x "$here/train-at-home" ] || { echo "This folder is not whole: unpack the archive again." >&2; exit 1; }
if [ "$here" = "$program" ]; then
    echo "This is the installed copy. Run install.sh of the folder that you unpacked." >&2
    exit 1
fi

# Copied beside and then renamed, so that a full disk or Ctrl-C leaves what was there before.
mkdir -p "$HOME/.local/lib" "$commands"
rm -rf "$program.new"
trap 'rm -rf "$program.new"' EXIT
cp -R "$here" "$program.new"
rm -rf "$program.old"
[ ! -e "$program" ] || mv "$program" "$program.old"
mv "$program.new" "$program"
rm -rf "$program.old"
trap - EXIT

ln -sfn "$program/train-at-home" "$commands/train-at-home"
(cd "$program/share" && find . -type f) | while read -r file; do
    case $file in
        ./applications/*|./icons/*|./metainfo/*|./man/*)
            mkdir -p "$data/$(dirname "$file")"
            cp "$program/share/$file" "$data/$file"
            ;;
    esac
done
sed "s|^Exec=train-at-home-window|Exec=\"$program/train-at-home-window\"|" \
    "$program/share/applications/train-at-home.desktop" > "$data/applications/train-at-home.desktop"

# So that links which invite to a network find the app.
if command -v update-desktop-database > /dev/null; then
    update-desktop-database "$data/applications" > /dev/null 2>&1 || true
fi
echo "Installed in $program."
echo "Start it from your desktop's menu, or with: $commands/train-at-home run"
case ":$PATH:" in
    *":$commands:"*) ;;
    *) echo "($commands is not in your PATH; add it to say just train-at-home.)" ;;
esac
echo "To remove it: $program/uninstall.sh"
