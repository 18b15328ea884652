#!/bin/sh
# A disk image with the signed app and a link to Applications; signed, notarised and stapled, so that it opens offline.
#   make-dmg.sh "dist/Train at Home.app" dist/train-at-home-1.2.3-macos-aarch64.dmg
# SIGNING_IDENTITY as for sign.sh; NOTARY_PROFILE is a profile that `xcrun notarytool store-credentials` made.
set -eu
app=$1
image=$2
: "${SIGNING_IDENTITY:?}" "${NOTARY_PROFILE:?}"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ditto "$app" "$folder/Train at Home.app"
ln -s /Applications "$folder/Applications"
rm -f "$image"
hdiutil create -volname "Train at Home" -srcfolder "$folder" -fs HFS+ -format ULFO "$image"
codesign --force --timestamp --sign "$SIGNING_IDENTITY" "$image"
xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
xcrun stapler staple "$image"
xcrun stapler validate "$image"
spctl --assess --type open --context context:primary-signature --verbose=2 "$image"
