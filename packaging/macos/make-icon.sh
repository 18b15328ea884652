#!/bin/sh
# resources/icons/app.svg becomes build/icons/app.icns. Needs the environment's Python and a Mac's iconutil.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
set="$root/build/icons/app.iconset"
mkdir -p "$set"
cd "$root"
QT_QPA_PLATFORM=offscreen "${PYTHON:-$root/.venv/bin/python}" -m devtools.release.icons "$root/resources/icons/app.svg" \
    16="$set/icon_16x16.png" 32="$set/icon_16x16@2x.png" 32="$set/icon_32x32.png" 64="$set/icon_32x32@2x.png" \
    128="$set/icon_128x128.png" 256="$set/icon_128x128@2x.png" 256="$set/icon_256x256.png" \
    512="$set/icon_256x256@2x.png" 512="$set/icon_512x512.png" 1024="$set/icon_512x512@2x.png"
iconutil --convert icns --output "$root/build/icons/app.icns" "$set"
