#!/bin/sh
# The package took its own files away. What lies in people's home folders is theirs; say where.
set -e
if [ "$1" = remove ] || [ "$1" = purge ]; then
    echo "Train at Home is removed. What it kept for each person stays in their home folder:"
    echo "    ~/.config/train-at-home, ~/.local/state/train-at-home, ~/.local/share/train-at-home"
    echo "    (and, if it was set to start by itself, ~/.config/systemd/user/train-at-home.service)"
    echo "Delete these to be rid of all of it. Where ~/.local/state/train-at-home has a folder keys, it holds the key of"
    echo "this computer, to which what it earned belongs: keep that, or a copy."
fi
