# What must be installed, and for what.
# shellcheck shell=sh

# purpose, Debian package, how to see that it is there, what it is good for. What
# Debian calls essential is in no row: coreutils, findutils, grep, sed, an awk, tar.
# /PATH is a file; lib:NAME is a library of bats; bats:VERSION the oldest that the tests can use.
requirements() {
    cat <<'END'
run    gcc                cc              the C compiler
run    libc6-dev          stdio.h         the C library's headers
run    make               make            builds the programs
bats   bats               bats:1.7        runs the tests
bats   bats-support       lib:bats-support the tests' assertions
bats   bats-assert        lib:bats-assert the tests' assertions
test   patch              patch           applies each page's "Break it"
test   jq                 jq              reads the JSON of a trace
test   libxml2-utils      xmllint         sees that a picture is XML
test   netcat-openbsd     nc              clients of the servers
test   busybox            busybox         a web server to poll
check  clang              clang           the other compiler
check  lld                ld.lld          another linker, which optimizes
check  g++                g++             checks that the header refuses C++
check  clang-format       clang-format    the layout of C files
check  gawk               gawk            another awk
check  shellcheck         shellcheck      mistakes in scripts
check  shfmt              shfmt           the layout of scripts
check  cppcheck           cppcheck        mistakes in programs
check  python3-proselint  proselint       mistakes in the text
check  valgrind           valgrind        memory, a second opinion
check  gdb                gdb             the goroutines that are fibers
check  spin               spin            every interleaving, of a model
check  musl-tools         musl-gcc        the other C library
check  gcc-riscv64-linux-gnu riscv64-linux-gnu-gcc a compiler for another machine
check  libc6-dev-riscv64-cross /usr/riscv64-linux-gnu/include/stdio.h headers for it
check  gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc a compiler for arm64
check  libc6-dev-arm64-cross /usr/aarch64-linux-gnu/include/stdio.h headers for it
check  qemu-user          qemu-aarch64    runs programs for arm64
check  git                git             a clone keeps the line ends
check  locales            /usr/share/i18n/locales/tr_TR to try other languages
check  original-awk       original-awk    a third awk
check  clang-22           clang-22        a newer compiler, with a defer of its own
nats   nats-server        nats-server     the server of the NATS programs
nats   libnats-dev        nats/nats.h     the library of the NATS programs
bench  golang-go          go              the same in Go, to compare
bench  gnuplot-nox        gnuplot         draws the figures
workshop pandoc           pandoc          makes slides of the exercises
workshop inotify-tools    inotifywait     checks an exercise as soon as it is saved
workshop git              git             puts a broken page right again
END
}

# purposes PURPOSE: the purposes that it includes.
purposes() {
    case $1 in
        run) echo run ;;
        bats) echo run bats ;;
        test) echo run bats test ;;
        nats) echo run nats ;;
        check) echo run bats test nats check ;;
        bench) echo run bench ;;
        workshop) echo run workshop ;;
        all) echo run bats test nats check bench workshop ;;
    esac
}

# compiler: the command in CC, which may be several words: gcc -std=gnu17, ccache gcc.
compiler() (
    # shellcheck disable=SC2086  # a list of words
    set -- ${CC:-cc}
    printf '%s\n' "$1"
)

run_compiler() {
    # shellcheck disable=SC2086  # a list of words
    ${CC:-cc} "$@"
}

# warnings: the options with which the Makefile compiles every program.
warnings() {
    sed -n 's/^WARNINGS *:= *//p' "$ROOT/Makefile"
}

# lab_flags FILE...: prints the options that give these C files the laboratory. If none of
# them includes chan.h, they are plain pthreads, and -include redirects their calls.
lab_flags() {
    # shellcheck disable=SC2086  # a list of words
    run_compiler -std=c11 ${CFLAGS-} -I"$ROOT/common" -E -dM "$@" 2>/dev/null </dev/null |
        grep -q '^#define CHAN_H$' || echo -include chan.h
    echo -DCHAN_LAB -DCHAN_LAB_LINKED
}

# here HOW: whether that command, header or bats library is installed.
here() {
    case $1 in
        cc) command -v "$(compiler)" >/dev/null 2>&1 ;;
        /*) [ -e "$1" ] ;;
        *.h) echo "#include <$1>" | run_compiler -E -o /dev/null - 2>/dev/null ;;
        lib:*)
            for folder in $(echo "${BATS_LIB_PATH-}" | tr : ' ') /usr/lib/bats \
                /usr/share/bats /usr/local/lib/bats /usr/lib; do
                [ ! -r "$folder/${1#lib:}/load.bash" ] || return 0
            done
            return 1
            ;;
        bats:*) command -v bats >/dev/null 2>&1 && [ -z "$(bats_older_than "${1#*:}")" ] ;;
        # Debian has some servers where only root searches.
        *) PATH=$PATH:/usr/sbin command -v "$1" >/dev/null 2>&1 ;;
    esac
}

# bats_older_than VERSION: prints the version of the installed bats if it is older than
# VERSION, or is not a version.
bats_older_than() {
    bats --version 2>/dev/null | awk -v wanted="$1" '
        { split($2, have, "."); split(wanted, want, ".") }
        $1 == "Bats" && (have[1] + 0 > want[1] + 0 ||
            have[1] + 0 == want[1] + 0 && have[2] + 0 >= want[2] + 0) { fine = 1 }
        { version = $2 }
        END { if (!fine) print version == "" ? "of an unknown version" : version }'
}

# too_old PURPOSE: prints a sentence about an installed tool that is too old for it.
too_old() {
    requirements | while read -r purpose _ how _; do
        case " $(purposes "$1") " in
            *" $purpose "*) ;;
            *) continue ;;
        esac
        case $how in
            bats:*)
                ! command -v bats >/dev/null 2>&1 || here "$how" ||
                    echo "bats $(bats_older_than "${how#*:}") is too old: ${how#*:} or newer is needed," \
                        "from Debian 12 or Ubuntu 24.04, or as the npm package bats"
                ;;
        esac
    done
}

# missing PURPOSE: the packages that it needs and that are not installed.
# lacking PURPOSE: the same as commands, for systems with other packages.
missing() {
    requirements | while read -r purpose package how _; do
        case " $(purposes "$1") " in
            *" $purpose "*) here "$how" || echo "${2:-$package}" | sed "s,HOW,$how," ;;
        esac
    done | paste -s -d ' ' -
}

lacking() {
    missing "$1" HOW | sed 's/lib://g; s/bats:[0-9.]*/bats/; s/ /, /g'
}

# demand PURPOSE: exits if something is missing for it, and installs nothing.
demand() {
    [ -n "$(missing "$1")" ] || return 0
    old=$(too_old "$1")
    [ "$1" = nats ] && how='scripts/setup nats' || how=scripts/setup
    say "${old:-$(lacking "$1") missing: $how installs what is needed}"
    exit 1
}

# require PURPOSE: installs what is missing for it. If it cannot, prints how, and exits.
require() {
    [ -z "$(missing "$1")" ] || "$ROOT/scripts/setup" "$1" || exit 1
}
