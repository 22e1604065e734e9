# What the tests of the scripts share.
# shellcheck shell=bash disable=SC2016  # the stand-ins' scripts expand later

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_TALLY COOKBOOK_ONLY COOKBOOK_LIMIT
}

# our NAME [args...]: runs one of the scripts, under a limit.
our() {
    local name=$1
    shift
    timeout -k 2 60 "$ROOT/scripts/$name" "$@"
}

# copy_tree: copies the tree without build/, so that a test may change it.
copy_tree() {
    mkdir tree
    tar -C "$ROOT" --exclude ./build --exclude ./.git -cf - . | tar -C tree -xf -
    ROOT=$PWD/tree
}

# bare_path TOOL...: a PATH in which these tools are missing, and `id` never says root.
bare_path() {
    local tool
    mkdir -p bin
    find /usr/bin /bin /usr/sbin /sbin /usr/local/bin -maxdepth 1 \
        \( -type f -o -type l \) -exec ln -sf -t bin {} + 2>/dev/null || true
    for tool in apt-get apt-cache sudo "$@"; do rm -f "bin/$tool"; done
    fake id 'echo 1000'
    fake apt-get 'echo "$0 $*" >>"$LOG"; exit 99'
}

# fake TOOL SCRIPT: puts a script in place of the tool.
fake() {
    rm -f "bin/$1"
    printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
    chmod +x "bin/$1"
}

# patterns [CHAPTER]: all patterns, or those of one chapter.
patterns() {
    awk -F '\t' -v chapter="${1-}" '!/^#/ && NF > 1 && (chapter == "" || $1 == chapter) { print $2 }' \
        "$ROOT/patterns/book/CURRICULUM"
}

some_pattern() {
    patterns | sed -n 1p
}
