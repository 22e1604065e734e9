# The exercises: their order, and what their folders say.
# shellcheck shell=sh

EXERCISES=$ROOT/patterns/exercises

# exercises: their names in teaching order. A line of the file EXERCISES is
# NAME, minutes, page, and the block of the day, separated by tabs.
exercises() {
    awk -F '\t' '!/^#/ && NF > 2 { print $1 }' "$EXERCISES/EXERCISES"
}

is_exercise() {
    exercises | grep -Fqx -e "$1"
}

# exercise_field NAME minutes|page|block
exercise_field() {
    awk -F '\t' -v name="$1" -v field="$2" '
        BEGIN { column["minutes"] = 2; column["page"] = 3; column["block"] = 4 }
        $1 == name { print $column[field]; exit }' "$EXERCISES/EXERCISES"
}

# kind_of NAME: how the name of its task ends: c, schedule or sh.
kind_of() {
    task=$(echo "$EXERCISES/$1"/task.*)
    echo "${task##*.}"
}

# The text behind the dashes in the first line of the task that has them.
exercise_title() {
    sed -n '/^[/#]\*\{0,1\} [^ ]* -- /{s,^[/#*]* [^ ]* -- ,,;s,[ */]*$,,;s,\.$,,;p;q;}' "$EXERCISES/$1"/task.*
}

# goal_of NAME: what README.md says before its first heading of the second level. Only the text
# of a link is kept, because its address is relative to the page. Commands are indented.
goal_of() {
    sed -n '2,/^## /{/^<!--/d;/^\[/d;/^## /d;p;}' "$EXERCISES/$1/README.md" |
        awk '/^```/ { fenced = !fenced; print ""; next } { print (fenced ? "    " : "") $0 }' |
        sed 's/\[\([^]]*\)\]([^)]*)/\1/g' | sed '/./,$!d' | cat -s
}

# hint_of NAME N: the text below the Nth heading of hints.md.
hint_of() {
    awk -v n="$2" '/^## / { at++; if (at == n) { print substr($0, 4) } next } at == n' "$EXERCISES/$1/hints.md"
}
