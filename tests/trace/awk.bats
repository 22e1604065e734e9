#!/usr/bin/env bats
# The scripts print the same with every awk, and in every language of the user. gawk counts
# letters where mawk counts bytes, numbers in German have a comma, and a Turkish I is no
# capital i.
load ../helper

setup_file() {
    # Each awk is a command named `awk` in a folder of its own.
    export AWKS=$BATS_FILE_TMPDIR/awks LOCPATH=$BATS_FILE_TMPDIR/locales
    local awk
    for awk in mawk gawk 'gawk --posix' original-awk 'busybox awk'; do
        command -v "${awk%% *}" >/dev/null || continue
        mkdir -p "$AWKS/${awk// /}"
        printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >"$AWKS/${awk// /}/awk"
        chmod +x "$AWKS/${awk// /}/awk"
    done
    mkdir "$LOCPATH"
    for locale in de_DE tr_TR; do
        localedef -i $locale -f UTF-8 "$LOCPATH/$locale.UTF-8" 2>/dev/null || true
    done
    make -s -C "$ROOT" build/tools/{limited,explore,trace-svg} >&2
}

setup() {
    cd "$BATS_TEST_TMPDIR" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_LIMIT CHAN_SEED CHAN_SCHEDULE CHAN_CHOICES CHAN_TRACE
    unset LC_ALL LANG
    awks=("$AWKS"/*)
}

# locales: the names of those that are here.
locales() {
    echo C
    echo C.UTF-8
    ls "$LOCPATH"
}

# everywhere COMMAND...: the output and the status are the same with each awk in each
# locale. The first run has the expected ones.
everywhere() {
    local awk locale first='' said
    for awk in "${awks[@]}"; do
        for locale in $(locales); do
            said=$(PATH=$awk:$PATH LC_ALL=$locale timeout -k 2 60 "$@" 2>&1 </dev/null) || said+=" status $?"
            [[ $first ]] || first=$said
            [[ $said == "$first" ]] || {
                diff <(echo "$first") <(echo "$said") | head -n 5
                fail "${awk##*/} in $locale does not say the same"
            }
        done
    done
    output=$first
}

@test "every awk program loads in every awk, also as POSIX alone has it" {
    local program awk programs with
    echo 'BEGIN { exit } END { exit }' >nothing.awk
    mapfile -t programs < <(find "$ROOT"/{common,patterns,scripts,tests} -name '*.awk')
    ((${#programs[@]} > 2))
    for program in "${programs[@]}"; do
        with=()
        case $program in
            */trace-clean.awk) ;;
            */header.awk | */locals.awk) with=(-f "${program%/*}/code.awk") ;;
            */trace-*.awk) with=(-f "${program%/*}/trace-clean.awk") ;; # as the scripts load it
        esac
        for awk in "$AWKS"/*; do
            echo "-- ${program##*/} ${awk##*/}"
            run -0 env LC_ALL=C POSIXLY_CORRECT=1 "$awk/awk" -f nothing.awk "${with[@]}" -f "$program"
            assert_output ''
        done
    done
}

@test "a trace: the same picture and the same timeline in every awk and language" {
    need gawk localedef
    cat >worker.c <<'END'
#include "chan.h"
static void worker(void *arg)
{
    chan(char *) größe = arg;
    chan_send(größe, "schön, 日本語の値日本語の値日本語");
    chan_send(größe, "I");
    sleep_ms(1500);
    chan_close(größe);
}
int main(void)
{
    chan(char *) words = chan_make(char *, 0);
    go(worker, words);
    while (chan_recv(words, NULL))
        ;
    chan_free(words);
}
END
    "${CC:-cc}" -std=c11 -g -pthread -DCHAN_LAB -I"$ROOT/common" worker.c -o worker
    CHAN_SEED=first CHAN_TRACE=worker.trace ./worker
    everywhere "$ROOT/scripts/trace" --svg worker.trace
    assert_output --partial 'schön'
    everywhere "$ROOT/scripts/trace" --text worker.trace
    assert_output --partial 'sleeps 1500 ms'
    everywhere "$ROOT/scripts/trace" --text worker.trace --title 'ÄÖÜ'
    everywhere "$ROOT/scripts/trace" --json worker.trace
    assert_output --partial '"value":"schön'
}

@test "an exploration: the same report in every language, and the program's own language" {
    need localedef
    awks=("${awks[0]}")
    cat >wrong.c <<'END'
#include "chan.h"
#include <locale.h>
static void one(void *arg) { chan_send((chan(double))arg, 0.5); }
static void two(void *arg) { chan_send((chan(double))arg, 1.5); }
int main(void)
{
    chan(double) c = chan_make(double, 0);
    double d;
    go(one, c);
    go(two, c);
    chan_recv(c, &d);
    printf("zuerst %.1f, größer als ÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöü\n", d);
    if (d > 1) chan_close(c), chan_close(c);
    chan_recv(c, NULL);
    chan_free(c);
}
END
    "${CC:-cc}" -std=c11 -g -pthread -DCHAN_LAB -I"$ROOT/common" wrong.c -o wrong
    everywhere "$ROOT/scripts/explore" ./wrong --seeds 8
    assert_output --partial 'panicked'
    # No letter is cut in half.
    run -0 iconv -f UTF-8 -t UTF-8 <<<"$output"
    everywhere "$ROOT/scripts/explore" ./wrong --all-orders --limit 20
    echo 'int main(void);
#include "chan.h"
int main(void) { puts(getenv("LC_ALL") ? getenv("LC_ALL") : "none"); }' >language.c
    "${CC:-cc}" -D_GNU_SOURCE -std=c11 -g -pthread -DCHAN_LAB -I"$ROOT/common" language.c -o language
    LC_ALL=tr_TR.UTF-8 run -0 "$ROOT/scripts/explore" ./language --seeds 1 --check 'grep -x tr_TR.UTF-8'
    run -0 "$ROOT/scripts/explore" ./language --seeds 1 --check 'grep -x none'
}
