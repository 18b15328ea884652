#!/bin/sh
# Removes what install.sh put into your home folder. Lists it first, and asks.
#   uninstall.sh              asks before each of the two steps
#   uninstall.sh --program    removes the program, keeps settings and work, asks nothing
#   uninstall.sh --all        removes everything, asks nothing
# This computer's key stays in each case, also where it is a file: what it earned belongs to it.
set -eu

config=${XDG_CONFIG_HOME:-$HOME/.config}
data=${XDG_DATA_HOME:-$HOME/.local/share}
state=${XDG_STATE_HOME:-$HOME/.local/state}
program="$HOME/.local/lib/train-at-home"

case ${1:-} in
    "") mode=ask ;;
    --program) mode=program ;;
    --all) mode=all ;;
    *) echo "Usage: $0 [--program|--all]" >&2; exit 2 ;;
esac

program_files() {
    echo "$HOME/.local/bin/train-at-home"
    echo "$data/applications/train-at-home.desktop"
    echo "$data/metainfo/org.trainathome.TrainAtHome.metainfo.xml"
    echo "$data/man/man1/train-at-home.1"
    for icon in "$data"/icons/hicolor/*/apps/train-at-home.*; do echo "$icon"; done
    echo "$config/autostart/train-at-home.desktop"
    echo "$config/systemd/user/train-at-home.service"
    echo "$config/systemd/user/default.target.wants/train-at-home.service"
    echo "$config/systemd/user/graphical-session.target.wants/train-at-home.service"
    echo "$data/train-at-home/programs"
    echo "$program"
}

# Each once: with XDG's variables two of them may be one.
own_folders() {
    for around in "$config" "$state" "$data"; do echo "$around/train-at-home"; done | sort -u
}

# Where the system has no keychain the key is a file in here. A folder that can't be read may hold one.
holds_key() {
    [ -d "$1/keys" ] || return 1
    inside=$(ls -A "$1/keys" 2> /dev/null) || return 0
    [ -n "$inside" ]
}

# Each folder whole, or, where the key lies in one, all else that is in it.
own_files() {
    own_folders | while read -r folder; do
        if ! holds_key "$folder"; then
            echo "$folder"
            continue
        fi
        for path in "$folder"/* "$folder"/.[!.]* "$folder"/..?*; do
            [ "$path" = "$folder/keys" ] || echo "$path"
        done
    done
}

key_files() {
    own_folders | while read -r folder; do ! holds_key "$folder" || echo "$folder/keys"; done
}

key_stays() {
    echo "This computer's key stays in $1, as what it earned belongs to it."
}

present() {
    while read -r path; do
        if [ -e "$path" ] || [ -L "$path" ]; then echo "$path"; fi
    done
}

listed() {
    while read -r path; do
        printf '    %s  %s\n' "$(du -sh "$path" 2>/dev/null | cut -f1)" "$path"
    done
}

agreed() {
    [ "$mode" != ask ] && return 0
    printf '%s [y/N] ' "$1"
    read -r answer || answer=n
    case $answer in [yY]*) return 0 ;; *) return 1 ;; esac
}

remove() {
    while read -r path; do rm -rf -- "$path"; done
}

if [ -z "$(program_files | present)$(own_files | present)" ]; then
    echo "Nothing of Train at Home is here."
    [ -z "$(key_files)" ] || key_stays "$(key_files)"
    exit 0
fi

echo "The program, its engine, and what starts it:"
program_files | present | listed
if ! agreed "Remove these?"; then
    echo "Nothing was removed."
    exit 0
fi
if [ -x "$program/train-at-home" ]; then
    # It hands its work over first; a program must not vanish under its own feet.
    "$program/train-at-home" quit > /dev/null 2>&1 || true
    waited=0
    while [ "$waited" -lt 40 ] && "$program/train-at-home" status > /dev/null 2>&1; do
        sleep 1
        waited=$((waited + 1))
    done
fi
unit="$config/systemd/user/train-at-home.service"
if grep -qs '^X-TrainAtHome-Lingering=yes$' "$unit" && command -v loginctl > /dev/null; then
    # The app asked for it, so that it goes on after logout; nobody else did.
    loginctl --no-ask-password disable-linger > /dev/null 2>&1 || true
fi
if [ -e "$unit" ] && command -v systemctl > /dev/null; then
    systemctl --user disable --now train-at-home.service > /dev/null 2>&1 || true
fi
own_list=$(own_files | present)
own_folders_left=$(own_folders | present)
program_list=$(program_files | present)
echo "$program_list" | remove
cache="$data/applications/mimeinfo.cache"
if [ -e "$cache" ] && command -v update-desktop-database > /dev/null; then
    update-desktop-database "$data/applications" > /dev/null 2>&1 || true
    # Where no other program is listed, installing this one made it.
    [ -n "$(ls -A "$data/applications" | grep -v '^mimeinfo.cache$')" ] || rm -f "$cache"
fi

if [ "$mode" = program ] || [ -z "$own_list" ]; then
    echo "Removed."
    [ -z "$own_list" ] || echo "Your settings and work stay in:" "$own_folders_left"
    [ -z "$(key_files)" ] || key_stays "$(key_files)"
    exit 0
fi
echo "Your settings, this computer's unfinished work, and its logs:"
echo "$own_list" | present | listed
if agreed "Remove these too?"; then
    echo "$own_list" | remove
    place=$(key_files)
    echo "Removed. $(key_stays "${place:-your keychain}")"
else
    echo "They stay."
fi
