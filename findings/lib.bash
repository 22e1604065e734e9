# What the scripts beside this file share: a temporary folder, which is the current folder from
# here on and goes at the end with all processes; the words for "cannot be tried" and "changed";
# commands with a time limit; and packages that are unpacked, not installed.
# shellcheck shell=bash

set -eu
work=$(mktemp -d)
children=()
finish() {
    for pid in "${children[@]}"; do
        kill "$pid" 2>/dev/null || :
    done
    wait
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
cd "$work"
export TMPDIR="$work"

skip() {
    echo "CANNOT BE TRIED HERE: $*"
    exit 77
}
changed() {
    echo "CHANGED: $*"
    exit 1
}

# ended_with: waits for the last child, and returns its status.
ended_with() {
    local status=0
    wait "${children[-1]}" || status=$?
    unset 'children[-1]'
    return "$status"
}

# limited SECONDS COMMAND...: runs the command in the background, so that ^C is answered at once.
limited() {
    timeout -k 1 "$@" &
    children+=("$!")
    ended_with
}

# fetch NAME=VERSION...: unpacks Debian packages below root/.
fetch() {
    for package in "$@"; do
        limited 300 apt-get -qq -o APT::Sandbox::User=root download "$package" >log 2>&1 ||
            skip "no Debian package $package ($(tail -n 1 log))"
    done
    for package in ./*.deb; do
        limited 120 dpkg -x "$package" root || skip "cannot unpack $package"
    done
}
