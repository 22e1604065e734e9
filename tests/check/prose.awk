# prose.awk -v allow=FILE PAGE...: prints what the rules of this book forbid in the text of
# pages, each as a line `PAGE:LINE: what: the sentence`. Code, comments and markup are no text.
# FILE has the exceptions, `PAGE<TAB>a part of the sentence`, a line each. `-v most_words=N` sets
# the length of a sentence, and `-v comments=1` allows any number of semicolons.

BEGIN {
    FS = "\t"
    while ((getline line < allow) > 0) {
        if (line == "" || line ~ /^#/) continue
        split(line, part, "\t")
        spared[++exceptions] = part[1] SUBSEP part[2]
    }
    close(allow)
    # Each row: what to look for in lower case, between blanks; what to say.
    n = split("whoever|nobody|somebody|everybody|everyone|someone|anybody|anyone|no one|one who|those who|he|she|his|him", actor, "|")
    for (i = 1; i <= n; i++) say[" " actor[i] " "] = "an actor without a name"
    n = split("so many|thick file|goes home|go home|patience|deaf|honest|honestly|the coin|mend|mends|mended|cure|cures|stands still|gives up on|riddle|fairy tale|rings|rang|whole thing", odd, "|")
    for (i = 1; i <= n; i++) say[" " odd[i] " "] = "a word that the list of words replaces"
    if (!most_words) most_words = 30
}

FNR == 1 { finish_page(); page = FILENAME; fenced = 0; sentences = semicolons = 0; text = "" }
/^ *```/ { end_of_text(); fenced = !fenced; next }
fenced { next }
/^<!--.*-->$/ || /^$/ || /^[#|!<]/ || /^(\[|- \[)[^ ]*\]\(/ {
    end_of_text()
    if ($0 ~ /^\|/ && $0 !~ /^\|[ -]*-/) cells()
    next
}
/^ *([-*]|[0-9]+[.]) / { end_of_text() }
{ if (text == "") began = FNR; text = text " " $0 }
END { finish_page(); exit bad }

function cells(    n, cell, i) {
    n = split($0, cell, / *\| */)
    for (i = 2; i < n; i++) {
        began = FNR; text = cell[i]; end_of_text()
    }
}

# The text that a reader reads: a span of code is one word, a link is its words.
function plain(s) {
    gsub(/<!--[^>]*-->/, "", s)
    gsub(/`[^`]*`/, "CODE", s)
    gsub(/\]\([^)]*\)/, "", s)
    gsub(/[][*_]/, "", s)
    sub(/^ *([-]|[0-9]+[.]) /, "", s)
    return s
}

function end_of_text(    s, one) {
    s = plain(text)
    text = ""
    while (s != "") {
        if (match(s, /[.?!:]["\047)]?( |$)/)) {
            one = substr(s, 1, RSTART)
            s = substr(s, RSTART + RLENGTH)
        } else { one = s; s = "" }
        gsub(/^ +| +$/, "", one)
        if (one != "") look(one)
    }
}

function look(one,    low, what, words, count) {
    sentences++
    semicolons += gsub(/;/, ";", one)
    count = split(one, words, / +/)
    if (count > most_words) complain(count " words, more than " most_words, one)
    low = tolower(one)
    gsub(/,/, " ,", low)
    gsub(/[.?!:;()"]/, " ", low)
    low = " " low " "
    gsub(/  +/, " ", low)
    if (comments && low ~ /^ whom? / && one !~ /[?]$/) complain("an actor without a name (who)", one)
    for (what in say)
        if (index(low, what)) complain(say[what] " (" substr(what, 2, length(what) - 2) ")", one)
}

function complain(what, one,    i, part) {
    for (i = 1; i <= exceptions; i++) {
        split(spared[i], part, SUBSEP)
        if (part[1] == page && index(one, part[2])) return
    }
    print page ":" began ": " what ": " one
    bad = 1
}

function finish_page() {
    end_of_text()
    if (page != "" && !comments && semicolons * 10 > sentences && semicolons > 1) {
        began = 1
        complain(semicolons " semicolons in " sentences " sentences", "the whole page")
    }
}
