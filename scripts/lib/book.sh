# What there is to run: the curriculum and the pitfalls, and the names nearest to a word.
# shellcheck shell=sh

CURRICULUM=$ROOT/patterns/book/CURRICULUM

# names: all patterns in teaching order; names_of CHAPTER: those of one chapter.
names() {
    awk -F '\t' '!/^#/ && NF > 1 { print $2 }' "$CURRICULUM"
}

names_of() {
    awk -F '\t' -v n="$1" '!/^#/ && $1 == n { print $2 }' "$CURRICULUM"
}

is_pattern() {
    names | grep -Fqx -e "$1"
}

# on_nats NAME: whether the pattern needs the NATS server and its library.
on_nats() {
    case $1 in nats-*) ;; *) return 1 ;; esac
}

# chapters: the numbers; chapter_title N: the name of one.
chapters() {
    awk -F '\t' '$1 == "#chapter" { print $2 }' "$CURRICULUM"
}

chapter_title() {
    awk -F '\t' -v n="$1" '$1 == "#chapter" && $2 == n { print $3 }' "$CURRICULUM"
}

# field NAME N: one field of the curriculum; 1 chapter, 2 name, 3 minutes,
# 4 watch, 5 symptom, 6 not-for, 7 also, 8 replay.
field() {
    awk -F '\t' -v name="$1" -v n="$2" '
        !/^#/ && $2 == name { print $n; exit }' "$CURRICULUM"
}

# titles [PREFIX]: for each pattern, and for each pitfall with PREFIX before its name, a line
# NAME<TAB>TITLE. A pattern's title is the text after the dashes in line 1 of the program,
# that of a pitfall is in their list.
titles() {
    ROOT=$ROOT awk -F '\t' -v OFS='\t' -v prefix="${1-}" '
        FNR == 1 { files++ }
        /^#/ || NF < 2 { next }
        files == 2 { print prefix $2, $3; next }
        {
            program = ENVIRON["ROOT"] "/patterns/" $2 "/" $2 ".c"
            text = ""
            if ((getline text <program) > 0) close(program)
            sub(/^\/\* [^ ]* -- /, "", text)
            sub(/[ *\/]*$/, "", text)
            sub(/\.$/, "", text)
            print $2, text
        }' "$CURRICULUM" "$PITFALLS"
}

# title NAME: that of a pattern, or of pitfalls/NAME.
title() {
    titles pitfalls/ | NAME=$1 awk -F '\t' '$1 == ENVIRON["NAME"] { print $2 }'
}

# pitfalls: their names; pitfall_field NAME N: 1 group, 2 name, 3 title, 4 caught,
# 5 also; versions NAME: its broken programs, broken or broken1 broken2 ...
PITFALLS=$ROOT/patterns/book/pitfalls.tsv

pitfalls() {
    awk -F '\t' '!/^#/ && NF > 1 { print $2 }' "$PITFALLS"
}

is_pitfall() {
    pitfalls | grep -Fqx -e "$1"
}

pitfall_field() {
    awk -F '\t' -v name="$1" -v n="$2" '!/^#/ && $2 == name { print $n; exit }' "$PITFALLS"
}

versions() {
    (cd "$ROOT/patterns/pitfalls/$1" && ls broken*.c) | sed 's/\.c$//'
}

# pitfall_targets NAME: what the Makefile builds of it, as words.
pitfall_targets() {
    printf 'build/pitfalls/%s/fixed' "$1"
    for version in $(versions "$1"); do
        printf ' build/pitfalls/%s/%s build/plain/pitfalls/%s/%s' "$1" "$version" "$1" "$version"
    done
}

# pitfalls_too: the curriculum, and behind it lines of the same fields for these.
pitfalls_too() {
    cat "$CURRICULUM"
    awk -F '\t' '
        $1 == "#group" { group[$2] = $3 }
        !/^#/ && NF > 1 {
            print "pitfalls\tpitfalls/" $2 "\t\t\t" group[$1] "\t\t" $5 "\t"
        }' "$PITFALLS"
}

# nearest WORD: up to five patterns that WORD may mean, the best first. It compares
# letters, parts of the name, and other names of the pattern.
nearest() {
    pitfalls_too | WORD=$1 awk -F '\t' '
        function min(a, b) { return a < b ? a : b }
        function distance(a, b,    i, j, row, left, above) {
            for (j = 0; j <= length(b); j++) row[j] = j
            for (i = 1; i <= length(a); i++) {
                left = row[0]; row[0] = i
                for (j = 1; j <= length(b); j++) {
                    above = row[j]
                    row[j] = min(min(above, row[j - 1]) + 1, \
                        left + (substr(a, i, 1) != substr(b, j, 1)))
                    left = above
                }
            }
            return row[length(b)]
        }
        function squeeze(s) { s = tolower(s); sub(/^pitfalls\//, "", s); gsub(/[^a-z0-9]/, "", s); return s }
        # 0 is the same; from 100 on it is another word.
        function unlike(s,    d) {
            s = squeeze(s)
            if (s == w) return 0
            if (length(w) > 2 && (index(s, w) == 1 || index(w, s) == 1)) return 1
            if (length(w) > 2 && (index(s, w) || length(s) > 3 && index(w, s)))
                return 2
            d = distance(w, s)
            return d <= length(w) / 3 + 1 ? 2 + d : 100
        }
        BEGIN { w = squeeze(ENVIRON["WORD"]) }
        /^#/ || NF < 7 { next }
        {
            best = unlike($2)
            n = split($7, also, / *, */)
            for (i = 1; i <= n; i++) best = min(best, unlike(also[i]) + 0.5)
            if (best < 100) printf "%04.1f\t%03d\t%s\n", best, NR, $2
        }' | sort | cut -f 3 | head -n 5
}

# unknown NAME: prints the nearest names, and exits with status 2.
unknown() {
    say "there is no pattern '$1'"
    case $1 in
        */*) ;;
        *)
            for near in "$1" "$1.c"; do
                [ -f "$near" ] || continue
                [ -x "$near" ] || [ "$near" != "$1" ] || continue
                case $near in *.c) ;; *) near=./$near ;; esac
                printf 'A file of your own? Then: %s %s\n' "$ME" "$near" >&2
                exit 2
            done
            ;;
    esac
    near=$(nearest "$1")
    if [ -n "$near" ]; then
        echo 'Did you mean:' >&2
        for name in $near; do
            printf '    %-27s %s\n' "$name" "$(title "$name")" >&2
        done
    fi
    echo "All names: scripts/run --list    By what they are about: scripts/run --find WORD" >&2
    exit 2
}
