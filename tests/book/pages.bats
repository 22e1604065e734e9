#!/usr/bin/env bats
# What every page promises, checked against the tree. Each check prints its
# complaints, one a line; a page without complaints is in order.
# COOKBOOK_ONLY="fan-in timeout" looks at these patterns' pages only.
load ../helper
load book

# shellcheck disable=SC2034  # book.bash reads them
FOLDER=patterns PAGE=/README.md

# names: of the curriculum.
names() {
    awk -F '\t' -v only=" ${COOKBOOK_ONLY-} " '
        !/^#/ && NF > 1 && (only == "  " || index(only, " " $2 " ")) { print $2 }' \
        "$ROOT/patterns/book/CURRICULUM"
}

# texts: every page of the book, from the top of the tree.
texts() {
    cd "$ROOT" || return
    [[ ${COOKBOOK_ONLY-} ]] || ls README.md common/README.md patterns/README.md 2>/dev/null || true
    names | sed 's,.*,patterns/&/README.md,'
}

# stage: makes a folder in which to run a page's commands. They see the tree, and the
# files that they write or build stay here. The programs run only a few times, so a
# quick compilation saves more time than optimized code. The flags are not in the
# environment, because the scripts would then rebuild the programs in the tree.
setup_file() {
    local stage=$BATS_FILE_TMPDIR/stage
    mkdir "$stage"
    ln -s "$ROOT"/* "$stage"
    rm -f "$stage/build"
    printf 'CFLAGS := -O0\ninclude Makefile\n' >"$stage/GNUmakefile"
}

stage() {
    echo "$BATS_FILE_TMPDIR/stage"
}

# spans PAGE: the code spans outside of fenced blocks, one a line.
spans() {
    awk '/^```/ { fenced = !fenced; next }
         !fenced { text = text " " $0 }
         END { n = split(text, part, /`/)
               for (i = 2; i <= n; i += 2) print part[i] }' "$1"
}

@test "every pattern has its program, its page and its tests" {
    local name file
    for name in $(names); do
        for file in patterns/$name/$name.c patterns/$name/README.md tests/patterns/$name.bats; do
            [ -r "$ROOT/$file" ] || fail "$file is missing"
        done
    done
}

@test "derived blocks are fresh" {
    cd "$ROOT"
    # shellcheck disable=SC2086  # a list of words
    run scripts/book/docs --check ${COOKBOOK_ONLY-}
    assert_success
}

of_proper_length() {
    local lines
    lines=$(wc -l <README.md)
    ((lines >= 50 && lines <= 170)) || echo "$lines lines instead of 50 to 170"
}

@test "every page has 50 to 170 lines" {
    every of_proper_length
}

# The skeleton: lines that must come in this order, with any lines between.
skeleton() {
    cat <<END
^# .+: .
^<!-- nav -->\$
^[A-Z].
^[*][*]You need this if[*][*] .
^[*][*]Use something else if[*][*] .
^<!-- diagram -->\$
^## How it works\$
^1[.] .
^3[.] .
^<!-- extract .* -->\$
^## Predict, then run\$
^Run it: \`[^\`]+\`[.]\$
^<details><summary>Output and answer</summary>\$
^\`\`\`console\$
^[A-Z\`].
^</details>\$
^[*][*]May change:[*][*] .
^[*][*]Never changes:[*][*] .
^## The run as a picture\$
^<!-- picture .* -->\$
^!\[.+\]\(.*\.svg\)\$
^[^!<# ].
^## Details\$
^## Break it\$
^\`\`\`diff\$
^\`\`\`console broken\$
^\[(exit [0-9]+|hangs)\]\$
^Undo it with \`git restore patterns/$1\`[.]\$
^## Next\$
^[^#].
END
}

in_order() {
    skeleton "$1" | awk '
        FILENAME == "-" { want[++n] = $0; next }
        at < n && $0 ~ want[at + 1] { at++; next }
        /^## With plain pthreads$/ && at < n && want[at + 1] ~ /Break it/ { next }
        /^## / { print "line " FNR ": a section where none belongs: " $0 }
        END { if (at < n) print "in its place there is no line like " want[at + 1] }' - README.md
}

@test "every page has all its sections, in order" {
    every in_order
}

# There is one question, above the folded block. Its answer follows the output.
one_question() {
    local marks
    marks=$(awk '/^## / { inside = /^## Predict, then run$/; next } /^Run it:/ { inside = 0 } inside' README.md |
        tr -cd '?' | wc -c)
    ((marks == 1)) || echo "the page asks $marks questions instead of one"
    awk '/^<details>/ { inside = 1 } /^<\/details>/ { exit } /^```/ { fenced = !fenced; next }
         inside && !fenced && !/^<|^$/ { words += NF }
         END { if (words < 8 || words > 90) print "the answer has " words + 0 " words instead of 8 to 90" }' README.md
}

@test "every page asks one question, and answers it behind the fold" {
    every one_question
}

# The command above the folded block is the one that the block shows.
same_command() {
    local told
    # shellcheck disable=SC2016  # a page writes code between such marks
    told=$(sed -n 's/^Run it: `\(.*\)`[.]$/\1/p' README.md)
    awk '/^<details>/ { inside = 1 } inside && /^\$ / { print substr($0, 3); exit }' README.md |
        grep -Fqx -e "$told" || echo "the folded block does not begin with \$ $told"
}

@test "every page shows first what the command prints that it names" {
    every same_command
}

# Each picture has a text for readers who cannot see it, and a caption of one to
# three lines.
well_shown() {
    awk '/^## / { inside = /^## The run as a picture$/; next }
         inside && /^<!-- picture/ { pictures++ }
         inside && /^[^!<]/ { lines[pictures]++ }
         END { for (i = 1; i <= pictures; i++)
                   if (lines[i] < 1 || lines[i] > 3) print "a caption of " lines[i] + 0 " lines" }' README.md
    xmllint --noout ./*.svg || echo "not XML"
}

@test "every page shows a run, drawn afresh to the byte" {
    need xmllint
    every well_shown
    cd "$ROOT"
    # shellcheck disable=SC2086  # a list of words
    run scripts/book/pictures --check ${COOKBOOK_ONLY-}
    assert_success
}

three_points() {
    local points numbered
    points=$(awk '/^## / { inside = /^## Details$/; next } inside && /^- /' README.md)
    numbered=$(grep -c '^- .*<!-- line ' <<<"$points") || true
    points=$(grep -c . <<<"$points") || true
    ((points >= 2 && points <= 4 && numbered == points)) ||
        echo "Details has $points points, $numbered with a line number"
}

@test "every page has two to four details, each with its line" {
    every three_points
}

# The first extract is the heart, which scripts/run shows.
enough_code() {
    local lines
    lines=$(awk '/^<!-- extract / { inside = 1; n++; next } /^<!-- \/extract/ { inside = 0 }
                 inside && !/^```/ && NF { lines[n]++; all++ }
                 END { print lines[1] + 0, all + 0 }' README.md)
    ((${lines% *} >= 5 && ${lines% *} <= 12)) || echo "the heart has ${lines% *} lines instead of 5 to 12"
    ((${lines#* } <= 45)) || echo "the extracts have ${lines#* } lines, more than 45"
}

@test "every page shows the heart in 5 to 12 lines, and all its code in 45" {
    every enough_code
}

# The code with plain pthreads compiles as the page shows it.
plain_pthreads() {
    local dir=$BATS_TEST_TMPDIR/plain/$1 lines header
    grep -q '^```c pthreads$' README.md || return 0
    mkdir -p "$dir"
    for header in errno fcntl poll pthread semaphore signal stdatomic stdbool stdio stdlib string sys/socket time unistd; do
        echo "#include <$header.h>"
    done >"$dir/plain.c"
    block README.md 'c pthreads' >"$dir/text.c"
    lines=$(wc -l <"$dir/text.c")
    ((lines <= 20)) || echo "$lines lines of pthreads, more than 20"
    cat "$dir/text.c" >>"$dir/plain.c"
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -pthread -Wall -Wextra -Wno-unused-function -Werror -fsyntax-only "$dir/plain.c" 2>&1 |
        sed "s,$dir/,,"
}

@test "what every page would write with plain pthreads compiles" {
    every plain_pthreads
}

# Where the order may change, the run of seed 1 is shown; where the curriculum says
# that the program can be replayed, its tests try many seeds.
two_transcripts() {
    local first seed
    [[ $(awk -F '\t' -v name="$1" '$2 == name { print $8 }' "$ROOT/patterns/book/CURRICULUM") == yes ]] || return 0
    grep -q seeds_hold "$ROOT/tests/patterns/$1.bats" || echo "tests/patterns/$1.bats tries no seeds"
    local -x CHAN_SLEEPS=exact
    first=$(CHAN_SEED=1 play "$1" 2>/dev/null </dev/null) || true
    for ((seed = 2; seed <= 20; seed++)); do
        [[ $(CHAN_SEED=$seed play "$1" 2>/dev/null </dev/null) == "$first" ]] || break
    done
    if ((seed > 20)); then
        grep -qE "^[$] scripts/run $1( |$)" README.md || echo "does not show \$ scripts/run $1"
    else
        grep -qE "^[$] CHAN_SEED=1 scripts/run $1( |$)" README.md || echo "does not show CHAN_SEED=1"
    fi
}

@test "what varies is shown by its seed, and many seeds are tried" {
    every two_transcripts
}

# Each ```console block is split into commands and their output. In a run without a seed
# the clock decides, and on a busy machine it may decide otherwise. So one of ten runs,
# with growing pauses between, must print what the page shows. Each pattern's own test
# proves what is the same in every run.
plays_exactly() {
    local page=$1 dir=$BATS_TEST_TMPDIR/${1//\//:} n status want tries
    ! not_here "$(basename "$(dirname "$page")")" || return 0
    mkdir "$dir"
    awk -v dir="$dir" '
        /^```/ { exact = ($0 == "```console"); file = ""; next }
        exact && /^\$ / { n++; file = dir "/" n ".want"
                          print substr($0, 3) >(dir "/" n ".run"); printf "" >file; next }
        exact && file != "" { print >file }' "$ROOT/$page"
    for ((n = 1; ; n++)); do
        [ -e "$dir/$n.run" ] || break
        want=0
        if grep -qx '\[exit [0-9]*\]' "$dir/$n.want"; then
            want=$(sed -n 's/^\[exit \([0-9]*\)\]$/\1/p' "$dir/$n.want")
            sed -i '/^\[exit [0-9]*\]$/d' "$dir/$n.want"
        fi
        for ((tries = 1; ; tries++)); do
            status=0
            (cd "$(stage)" && timeout -k 2 30 env -u CHAN_LEAKS bash "$dir/$n.run") >"$dir/got" 2>"$dir/err" </dev/null || status=$?
            ! cmp -s "$dir/$n.want" "$dir/got" || ((status != want)) || break
            ((tries < 10)) || break
            ! grep -q CHAN_SEED "$dir/$n.run" || break
            sleep "0.$((tries - 1))"
        done
        [ "$status" = "$want" ] || echo "$page: status $status of \$ $(cat "$dir/$n.run")"
        cmp -s "$dir/$n.want" "$dir/got" || {
            echo "$page: other output of \$ $(cat "$dir/$n.run")"
            diff "$dir/$n.want" "$dir/got" | sed 's/^/    /'
        }
    done
}

@test "every transcript is what the command prints, byte for byte" {
    # shellcheck disable=SC2046  # a list of words
    side_by_side plays_exactly $(texts)
}

# The files that a command in a code span names exist.
names_something() {
    local command=$1 word target
    read -r word target _ <<<"$command"
    case $word in
        make)
            for target in ${command#make}; do
                [[ $target != *=* && $target != -* ]] || continue
                make -C "$ROOT" -n "$target" >/dev/null 2>&1 || echo "make knows no $target"
                break
            done
            ;;
        scripts/run)
            [[ $target ]] || return 0
            case $target in
                -*) "$ROOT/scripts/run" -h | grep -q -e "$target" || echo "scripts/run knows no $target" ;;
                NAME | PATTERN) ;;
                pitfalls/*) [ -d "$ROOT/patterns/$target" ] || echo "there is no $target" ;;
                *) names | grep -qx -e "$target" || echo "there is no pattern $target" ;;
            esac
            ;;
        scripts/* | tests/* | common/* | patterns/* | .ci/*)
            [[ $word != *NAME* && $word != *'*'* ]] || return 0
            [[ -e $ROOT/$word ]] || echo "there is no $word"
            ;;
    esac
}

# named: what all pages name in their text and is not there.
named() {
    local page span
    local -A said # of each span, looked at once for all pages
    for page in $(texts); do
        while read -r span; do
            [[ $span =~ ^(make|[.a-z]+/) ]] || continue
            [[ ${said["$span"]+known} ]] || said["$span"]=$(names_something "$span")
            [[ ! ${said["$span"]} ]] || printf '%s\n' "${said["$span"]}" | sed "s,^,$page: ,"
        done < <(spans "$ROOT/$page" | sort -u)
    done
}

@test "every command and path in the text exists" {
    run untraced named
    assert_output ''
}

# The commands of **Try:** run. Their output is not checked.
worth_trying() {
    local stage command status
    stage=$(stage)
    awk '/^\*\*Try:\*\*/ { inside = 1 } inside && /^$/ { exit } inside' README.md >"$BATS_TEST_TMPDIR/$1"
    spans "$BATS_TEST_TMPDIR/$1" | grep '^scripts/run' | while read -r command; do
        status=0
        (cd "$stage" && timeout -k 2 60 bash -c "$command") >/dev/null 2>&1 </dev/null || status=$?
        case $status in
            2 | 124 | 126 | 127 | 137) echo "status $status of $command" ;;
        esac
    done
}

@test "everything to try runs" {
    every worth_trying
}

# anchors FILE: the anchors of its headings, as GitHub makes them.
anchors() {
    sed -n 's/^##* //p' "$1" | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# linked PAGE: where its links lead nowhere.
linked() {
    local page=$1 link file anchor
    awk '/^```/ { fenced = !fenced; next } !fenced' "$ROOT/$page" |
        grep -o '\](\([^)]*\))' | sed 's/^](//; s/)$//' | sort -u |
        while read -r link; do
            [[ $link != http* ]] || continue
            file=${link%%#*} anchor=''
            [[ $link != *'#'* ]] || anchor=${link#*#}
            file=$ROOT/${file:+$(dirname "$page")/$file}
            [[ $file != "$ROOT/" ]] || file=$ROOT/$page
            if [[ ! -e $file ]]; then
                echo "$page: no such file: $link"
            elif [[ $anchor =~ ^L([0-9]+)$ ]]; then
                ((BASH_REMATCH[1] >= 1 && BASH_REMATCH[1] <= $(wc -l <"$file"))) ||
                    echo "$page: no such line: $link"
            elif [[ $anchor ]] && ! anchors "$file" | grep -qx -e "$anchor"; then
                echo "$page: no such heading: $link"
            fi
        done
}

@test "every link leads somewhere" {
    # shellcheck disable=SC2046  # a list of words
    side_by_side linked $(texts)
}

# foretold WANT GOT: each line of WANT is part of some line of GOT, in order.
foretold() {
    awk '
        NR == FNR { if ($0 != "...") want[++n] = $0; next }
        at < n && index($0, want[at + 1]) { at++ }
        END { if (at < n) print want[at + 1] }' "$1" "$2"
}

# The change of Break it: it applies to a copy, the copy builds and ends as the page
# says, and the pattern's own tests fail.
breaks() {
    local name=$1 dir=$BATS_TEST_TMPDIR/break/$1 changed status=0 command ending unmet limit=20 library=''
    ! not_here "$name" || return 0
    [[ $name != nats-* ]] || library=-lnats
    mkdir -p "$dir/build"
    cp -r ./* "$dir" || return
    cd "$dir" || return
    block README.md diff >change.diff || {
        echo 'Break it has no diff'
        return
    }
    block README.md 'console broken' >want || {
        echo 'Break it foretells nothing'
        return
    }
    [[ $(sed -n 1,2p change.diff) == "--- $name.c"$'\n'"+++ $name.c" ]] ||
        echo "the diff does not begin with --- $name.c and +++ $name.c"
    changed=$(sed 1,2d change.diff | grep -c '^[-+]') || true
    ((changed >= 1 && changed <= 5)) || echo "the diff changes $changed lines instead of 1 to 5"
    patch -s -F 0 "$name.c" <change.diff || {
        echo 'the diff does not apply'
        return
    }
    "${CC:-cc}" -std=c11 -O0 -w -pthread -DCHAN_LAB -DCHAN_LAB_LINKED -I"$ROOT/common" -DSAMPLES="\"$ROOT/patterns/$name/\"" \
        "$name.c" "$ROOT/build/lab.o" -o "build/$name" ${library:+"$library"} || {
        echo 'the broken program does not build'
        return
    }

    command=$(sed -n '1s/^\$ //p' want)
    [[ $command == "scripts/run $name"* ]] || {
        echo "Break it runs something else: $command"
        return
    }
    ending=$(tail -n 1 want)
    [[ $ending != '[hangs]' ]] || limit=3
    sed -i '1d;$d' want
    # As on a terminal, each line comes out when it is complete. One of five runs must
    # end as the page says, because on a busy machine the clock may decide otherwise.
    for _ in {1..5}; do
        status=0
        (
            cd "$(stage)" || exit
            unset CHAN_LEAKS # as in a reader's shell
            set -o pipefail
            # shellcheck disable=SC2034  # play reads them
            BUILD=$dir/build LIMIT=$limit COOKBOOK_WRAP='stdbuf -oL'
            eval "${command/scripts\/run/play}"
        ) >got 2>&1 </dev/null || status=$?
        case $status in
            124 | 137 | 143) status='[hangs]' ;;
            *) status="[exit $status]" ;;
        esac
        unmet=$(foretold want got)
        [[ $status != "$ending" || $unmet ]] || break
    done
    [[ $status == "$ending" ]] || echo "broken, it ends with $status instead of $ending"
    [[ -z $unmet ]] || echo "broken, it does not say: $unmet"

    # A clean environment for bats in bats, until the first test that fails. The limit
    # is short, because a broken program may hang.
    [[ $ending == '[hangs]' ]] && limit=1 || limit=5
    : >verdict
    env -i PATH="${PATH//$BATS_LIBEXEC:/}" LC_ALL="${LC_ALL-C}" COOKBOOK_BUILD="$dir/build" COOKBOOK_RUNS=1 \
        COOKBOOK_SEEDS=5 COOKBOOK_LIMIT=$limit timeout -k 5 60 bats --tap "$ROOT/tests/patterns/$name.bats" \
        >verdict 2>&1 </dev/null &
    while kill -0 $! 2>/dev/null && ! noticed; do sleep 0.1; done
    kill $! 2>/dev/null || true
    wait $! || true
    noticed || {
        echo "tests/patterns/$name.bats does not notice what is broken:"
        cat verdict
    }
}

# noticed: a test of the broken program has failed, not only its transcript.
noticed() {
    grep '^not ok' verdict | grep -qv transcript
}

@test "every Break it has the stated effect, and the pattern's tests fail" {
    need patch
    every breaks
}
