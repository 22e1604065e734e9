#!/usr/bin/env bats
# common/args.h, which every program with arguments uses. The tests of a pattern prove
# only its own limits and arguments.
load ../helper

# compiled [FLAG...]: tests/args/args.c, as ./args, without a warning.
compiled() {
    # shellcheck disable=SC2086  # a list of words
    timeout -k 2 60 ${COOKBOOK_CC:-gcc} -std=c11 -O1 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror \
        -I"$ROOT/common" "$@" "$ROOT/tests/args/args.c" -o args
}

setup_file() {
    cd "$BATS_FILE_TMPDIR" || return
    compiled
}

setup() {
    cd "$BATS_FILE_TMPDIR" || return
}

# ours [TABLE] [ARGUMENT...]: runs the program, with that table or with one number.
ours() {
    case ${1-} in
        two | options | choices | front | nothing)
            local table=$1
            shift
            ARGS_AS=$table timeout -k 2 "$LIMIT" ./args "$@"
            ;;
        *) timeout -k 2 "$LIMIT" ./args "$@" ;;
    esac
}

# reads WANT [TABLE] [ARGUMENT...]
reads() {
    local want=$1
    shift
    run -0 --separate-stderr ours "$@"
    assert_output "$want"
    assert_equal "$stderr" ''
}

# refuses USAGE [TABLE] [ARGUMENT...]: stderr has USAGE and nothing else, the status is 2.
refuses() {
    local usage=$1
    shift
    run -2 --separate-stderr ours "$@"
    assert_output ''
    assert_equal "$stderr" "usage: $usage"
}

one='args [N]   (1 to 2147483647, by default 4)'

@test "one number: the given one, or the default" {
    reads 4
    reads 1 1
    reads 2147483647 2147483647
    reads 7 -- 7
    reads 8 +8
    reads 9 009
}

@test "one number: no other word, nothing beyond its limits, and not two" {
    local wrong
    for wrong in 0 -1 -x x 3x 3.5 1e3 0x10 '' ' ' 2147483648 4294967297 99999999999999999999 \
        -99999999999999999999 --nosuch --help=me -; do
        refuses "$one" "$wrong"
    done
    refuses "$one" 3 4
    refuses "$one" 3 ''
    refuses "$one" -- -1
}

@test "two numbers: each with its own limits, in their order" {
    reads '0: 5 3' two
    reads '1: 200 3' two 200
    reads '2: 0 9' two 0 9
    reads '2: 0 -9' two -- 0 -9
    refuses 'args [A [B]]' two 201
    refuses 'args [A [B]]' two 5 10
    refuses 'args [A [B]]' two -- 5 -10
    refuses 'args [A [B]]' two 5 x
    refuses 'args [A [B]]' two '' 5
    refuses 'args [A [B]]' two 5 5 5
}

@test "options: before and behind the operands, the last of a kind counts" {
    local usage='args [OPTION...] [FILE...]'
    reads '0: 3 here 0 0 (none)' options
    reads '0: 2 here 0 1 (none)' options -j 2 --quiet
    reads '2: 4 there 1 0 (x) (y)' options x -j2 -athere y --forget -j4
    reads '2: 3  0 0 () (-j)' options -a '' -- '' -j
    refuses "$usage" options -j 0
    refuses "$usage" options -j 257
    refuses "$usage" options -j ''
    refuses "$usage" options -j 3x
    refuses "$usage" options -j
    refuses "$usage" options -a
    refuses "$usage" options -x
    refuses "$usage" options -x file
    refuses "$usage" options --nosuch
    refuses "$usage" options --forget=yes
}

@test "choices: one word of some, or any number of them; another word goes to the next row" {
    local usage='args [-w WAY]... [red | blue] [cat | dog]... [NAME]'
    reads '0 -1 0 unnamed' choices
    reads '5 1 3 ann' choices -w few blue dog cat ann -w serial
    reads '0 0 0 blue' choices red blue
    reads '0 -1 2 red' choices dog red
    refuses "$usage" choices -w many
    refuses "$usage" choices -w ''
    refuses "$usage" choices green yellow
}

@test "options only in front: what comes behind an operand is an operand" {
    reads '3 salt (here)' front
    reads '4 pepper (here)' front -j 4 pepper
    reads '3 pepper (-j) (4) (-h)' front pepper -j 4 -h
    reads '4 -j (--)' front -j 4 -- -j --
    refuses 'args [-j N] [WORD [PATH...]]' front -x
}

@test "a number that is capped: a larger one counts as the largest" {
    local usage='args [-j N] [WORD [PATH...]]'
    reads '9 salt (here)' front -j 9
    reads '9 salt (here)' front -j 10
    reads '9 salt (here)' front -j 99999999999999999999
    refuses "$usage" front -j 0
    refuses "$usage" front -j -99999999999999999999
    refuses "$usage" front -j 10x
    refuses "$usage" front -j ''
}

@test "what a program finds wrong by itself is misuse, too" {
    refuses 'args [-w WAY]... [red | blue] [cat | dog]... [NAME]' choices wrong
}

@test "-h and --help: the usage text on stdout, status 0, whatever comes after" {
    local help
    for help in -h --help '-h 3 4' '3 -h'; do
        # shellcheck disable=SC2086  # one word or more
        reads "usage: $one" $help
    done
    reads 'usage: args [OPTION...] [FILE...]' options -j 2 -h -x
    refuses 'args [OPTION...] [FILE...]' options -x -h
}

@test "a usage text that cannot be written: status 1, and why" {
    local message='the usage text cannot be written:'
    run -1 --separate-stderr bash -c './args -h >/dev/full'
    assert_regex "$stderr" "^$message No space left on device\$"
    run -1 --separate-stderr bash -c './args --help >&-'
    assert_regex "$stderr" "^$message Bad file descriptor\$"
    run -2 bash -c './args x >&- 2>&-'
}

@test "a program that is started without even its name has its defaults" {
    reads 4 nothing
}

@test "nothing is between the arguments and the goroutines: sanitizers find nothing" {
    mkdir -p "$BATS_TEST_TMPDIR/sane"
    cd "$BATS_TEST_TMPDIR/sane"
    compiled -g -fsanitize=address,undefined -fno-sanitize-recover=all
    reads '2: 4 there 1 0 (x) (y)' options x -j2 -athere y --forget -j4
    reads '5 1 3 ann' choices -w few blue dog cat ann -w serial
    reads 4 nothing
    refuses "$one" x
}

@test "each compiler and C library: no warning though most is unused, and the same answers" {
    local cc
    mkdir -p "$BATS_TEST_TMPDIR/each"
    cd "$BATS_TEST_TMPDIR/each"
    printf '#include "%s"\nint main(void) { return 0; }\n' "$ROOT/common/args.h" >unused.c
    for cc in gcc clang musl-gcc; do
        need "$cc"
        COOKBOOK_CC=$cc compiled
        reads '2: 4 there 1 0 (x) (y)' options x -j2 -athere y --forget -j4
        reads '5 1 3 ann' choices -w few blue dog cat ann -w serial
        reads "usage: $one" -h
        refuses "$one" 99999999999999999999
        run -0 timeout -k 2 60 "$cc" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror -c unused.c
        assert_output ''
    done
}

@test "a table with more rows than there is room for does not compile" {
    cd "$BATS_TEST_TMPDIR"
    awk 'BEGIN {
        print "#include \"args.h\"\nint main(int c, char **v) {\nint n = 0;\nargs(c, v, \"x\""
        for (i = 1; i <= 16; i++) print ", arg_number(&n, 0, 1)"
        print ");\nreturn n;\n}" }' >rows.c
    run -1 timeout -k 2 60 gcc -std=c11 -Werror -I"$ROOT/common" -c rows.c
    assert_output --partial 'excess elements'
    sed -i '0,/^, arg_number.*/{/^, arg_number/d}' rows.c
    run -0 timeout -k 2 60 gcc -std=c11 -Werror -I"$ROOT/common" -c rows.c
}
