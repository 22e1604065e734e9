#!/usr/bin/env bats
# The pitfalls' pages, and scripts/run pitfalls/NAME, which they show.
load ../helper
load book

# shellcheck disable=SC2034  # book.bash reads them
FOLDER=patterns/pitfalls

setup() {
    cd "$ROOT" || return
    unset MAKEFLAGS MAKELEVEL MFLAGS COOKBOOK_LIMIT CHAN_LEAKS
    export NO_COLOR=1
}

names() {
    awk -F '\t' '!/^#/ && NF > 1 { print $2 }' patterns/book/pitfalls.tsv
}

# Lines that a page must have in this order.
skeleton() {
    cat <<END
^# .+: .
^<!-- nav -->\$
^[A-Z].
^[*][*]You have this if[*][*] .
^## The code\$
^<!-- extract broken[0-9]?[.]c .* -->\$
^## Predict, then run\$
^Run it: \`scripts/run pitfalls/$1\`[.]\$
^<details><summary>Output and answer</summary>\$
^\`\`\`console
^[$] scripts/run pitfalls/$1\$
^</details>\$
^## What is wrong\$
^## Fixed\$
^<!-- extract fixed[.]c .* -->\$
^\`\`\`console
^-- fixed[.]c, 
^## How to avoid it\$
^[*][*]The pattern that does it right:[*][*] .*README
END
}

in_order() {
    local lines most=115
    skeleton "$1" | awk '
        FILENAME == "-" { want[++n] = $0; next }
        at < n && $0 ~ want[at + 1] { at++ }
        END { if (at < n) print "in its place there is no line like " want[at + 1] }' - README.md
    [[ ! -e broken2.c ]] || most=160
    lines=$(wc -l <README.md)
    ((lines >= 40 && lines <= most)) || echo "$lines lines instead of 40 to $most"
    grep -q '<!-- line .*\[line ' README.md || echo 'no line number'
}

@test "every page has its sections in order, and 40 to 115 lines; with several versions up to 160" {
    every in_order
}

of_proper_length() {
    local file lines
    for file in *.c; do
        lines=$(grep -c . "$file")
        ((lines >= 15 && lines <= 55)) || echo "$file has $lines lines"
        head -n 1 "$file" | grep -qE "^/\* $1, [a-z ]+ -- .*[.]\$" || echo "$file does not say what it is"
        grep -q SPDX "$file" || echo "$file has no licence"
    done
}

@test "every program is short, and its first comment has the title" {
    every of_proper_length
}

# quoted: the sections of a run, as the page has them, a form feed before each.
quoted() {
    awk '/^```/ { exact = ($0 == "```console"); inside = /^```console/; next }
         inside && /^\$ / { next }
         inside && /^-- / { printf "\f%s", exact ? "" : "varies " }
         inside { print }' README.md
}

# Each section of the page is a section of the run's output, word for word or up to a
# line of dots, in the same order. Of a section that varies only the heading must agree.
# A program with a limit of a second may get a core too late, so one of three runs counts.
plays_exactly() {
    local otherwise
    otherwise=$(differs "$1")
    for _ in 1 2; do
        [[ $otherwise ]] || return 0
        runs "$1"
        otherwise=$(differs "$1")
    done
    [[ ! $otherwise ]] || echo "$otherwise"
}

differs() {
    local run=$BATS_TEST_TMPDIR/$1
    [[ $(<"$run.status") == 0 ]] || echo "scripts/run ended with status $(<"$run.status")"
    quoted | awk -v RS='\f' '
        FILENAME == "-" && FNR > 1 { page[++n] = $0; next }
        FILENAME != "-" { text = text $0 }
        END {
            k = split(text, real, /(^|\n)-- /)
            for (i = 1; i <= n; i++) {
                want = page[i]; varies = sub(/^varies /, "", want); sub(/^-- /, "", want); sub(/\n$/, "", want)
                got = real[i + 1]; sub(/\n$/, "", got)
                if (sub(/\n[.][.][.]$/, "", want)) got = substr(got, 1, length(want))
                if (varies) { sub(/\n.*/, "", want); sub(/\n.*/, "", got) }
                if (want != got) print "the page has\n" want "\nthe run has\n" got
            }
            if (k - 1 != n) print "the page has " n " sections, the run " k - 1
        }' - "$run"
}

# runs NAME: runs it, with its output and its status in files.
runs() {
    local status=0
    "$ROOT/scripts/run" "pitfalls/$1" >"$BATS_TEST_TMPDIR/$1" 2>&1 </dev/null || status=$?
    echo "$status" >"$BATS_TEST_TMPDIR/$1.status"
}

# All programs are built first. Then they run side by side, because most of them sleep or
# hang.
run_all() {
    local name file
    for file in patterns/pitfalls/*/*.c; do
        file=${file#patterns/} file=${file%.c}
        echo "build/$file"
        [[ $file == */fixed ]] || echo "build/plain/$file"
    done | xargs make -s -j "$(nproc)"
    for name in $(names); do
        runs "$name" &
    done
    wait
}

@test "every page shows the whole run, word for word" {
    run_all
    every plays_exactly
}

# The answer that scripts/run --pause prints has every word of the text in the fold.
whole_answer() {
    local plain='s/<!--.*-->//; s/\]([^)]*)//g; s/[]`*[]//g'
    diff <(awk '/^<details>/ { inside = 1; next } /^<\/details>/ { exit } /^```/ { fenced = !fenced; next }
                inside && !fenced' README.md | sed "$plain" | tr -s ' ' '\n' | grep .) \
        <(awk -v part=answer -f "$ROOT/scripts/lib/page.awk" README.md | sed "/^    /d; $plain" | tr -s ' ' '\n' | grep .)
}

@test "run: --pause prints the whole answer" {
    every whole_answer
}

links_lead() {
    local link
    awk '/^```/ { fenced = !fenced; next } !fenced' README.md |
        grep -o '\](\([^)]*\))' | sed 's/^](//; s/)$//; s/#.*//' | sort -u |
        while read -r link; do
            [[ $link == http* || -e $link ]] || echo "no such file: $link"
        done
}

@test "every page is fresh, every link leads somewhere" {
    # shellcheck disable=SC2046  # a list of words
    run scripts/book/docs --check $(names | sed 's,^,pitfalls/,')
    assert_success
    every links_lead
}

@test "run: a pitfall whose bug is not found, or whose fix fails: status 1" {
    mkdir "$BATS_TEST_TMPDIR/tree" && cd "$BATS_TEST_TMPDIR/tree" || return
    tar -C "$ROOT" --exclude ./build --exclude ./.git -cf - . | tar -xf -
    sed -i 's/^CFLAGS .*/CFLAGS ?= -O0/' Makefile # builds quickly
    cp patterns/pitfalls/forgotten-close/{fixed,broken}.c
    run --separate-stderr -1 scripts/run pitfalls/forgotten-close
    [[ $stderr == *'broken.c ended with status 0 instead of 3'* ]]
    cp "$ROOT"/patterns/pitfalls/forgotten-close/broken.c patterns/pitfalls/forgotten-close/fixed.c
    cp "$ROOT"/patterns/pitfalls/forgotten-close/broken.c patterns/pitfalls/forgotten-close/broken.c
    run --separate-stderr -1 scripts/run pitfalls/forgotten-close
    [[ $stderr == *'fixed.c ended with status 3 instead of 0'* ]]
    run --separate-stderr -2 scripts/run pitfalls/forgotten
    [[ $stderr == *pitfalls/forgotten-close* ]]
}

@test "run: --list and --find show the pitfalls" {
    local name
    run -0 scripts/run --list
    for name in $(names); do
        assert_line --regexp "^    pitfalls/$name +[^ ]"
    done
    run -0 scripts/run --find 'goroutine leak'
    assert_line --regexp '^    pitfalls/leaked-sender '
    run -0 scripts/run --find 'it hangs'
    assert_line --regexp '^    pitfalls/all-asleep '
}
