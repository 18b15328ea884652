#!/bin/bash
# Signs the app or an engine folder for people who did not build it: inside out, hardened runtime, time stamp.
#   sign.sh "dist/Train at Home.app"          sign.sh dist/train-at-home-engine
# SIGNING_IDENTITY names a "Developer ID Application" certificate in the keychain.
set -euo pipefail
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=$1
: "${SIGNING_IDENTITY:?set it to the name of a Developer ID Application certificate}"

case $target in
    *engine*) entitlements="$here/engine-entitlements.plist" ;;
    *) entitlements="$here/entitlements.plist" ;;
esac
sign() { codesign --force --timestamp --options runtime --sign "$SIGNING_IDENTITY" "$@"; }

# Libraries first, then programs, then the bundle: a signature covers what lies inside, so the order matters, and
# --deep would give every library the app's entitlements.
find "$target" -type f \( -name '*.dylib' -o -name '*.so' -o -name 'Python' \) -print0 |
    while IFS= read -r -d '' file; do sign "$file"; done
find "$target" -type f -perm -u+x ! -name '*.dylib' ! -name '*.so' ! -name 'Python' -print0 |
    while IFS= read -r -d '' file; do
        if file -b "$file" | grep -q Mach-O; then sign --entitlements "$entitlements" "$file"; fi
    done
case $target in
    *.app) sign --entitlements "$entitlements" "$target" ;;
esac
codesign --verify --deep --strict --verbose=2 "$target"
