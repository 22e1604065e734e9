# page.awk -- prints one part of the page of a pattern or a pitfall, as plain text; nothing
# if the page has no such part.
#
#   awk -v part=PART [-v label=WORD:] [-v bold=ESC -v plain=ESC] -f page.awk README.md
#
#   heart      the code of the first extract, at most 12 lines, indented if it fits
#   code       all extracts of "How it works" or "The code", an empty line between them
#   question   what the reader is to predict
#   command    the commands that answer it, one a line: those of the first folded block
#   status     for each of these commands, the exit status that the page shows, or 0
#   answer     the text of the fold. In place of a further block stand its commands, or,
#              if text follows, its first line that begins with --
#   text       everything
#   LABEL      any other word: the paragraph that begins with **LABEL:**
#
# A text is filled to 78 columns, and its label stands out.

# The text without Markdown's marks. Between backquotes each letter is itself.
function words_of(text,    n, part_of, i, all) {
    while ((i = index(text, "<!--")) && (n = index(substr(text, i), "-->")))
        text = substr(text, 1, i - 1) substr(text, i + n + 2)
    n = split(text, part_of, "`")
    for (i = 1; i <= n; i++) {
        if (i % 2) {
            gsub(/\*/, "", part_of[i])
            gsub(/\]\([^)]*\)/, "", part_of[i])
            gsub(/\[/, "", part_of[i])
        }
        all = all part_of[i]
    }
    return all
}

function put() {
    if (filled == "") return
    if (!put_before++ && bold != "" && labelled) sub(/^[^:]*:/, bold "&" plain, filled)
    print filled
    filled = ""
}

function fill(text,    n, word, i) {
    # An empty line or an item of a list begins a paragraph.
    if (text ~ /^[ \t]*$|^[ \t]*(-|[0-9]+[.]) /) put()
    if (text ~ /^[ \t]*$/ && put_before) blank = 1
    n = split(words_of(text), word, " ")
    if (n && blank) { print ""; blank = 0 }
    for (i = 1; i <= n; i++) {
        if (filled != "" && length(filled) + length(word[i]) + 1 > 78) put()
        filled = filled (filled != "" ? " " : "") word[i]
    }
}

function put_line(line) {
    if (!begun++ && label != "") { line = label " " line; labelled = 1 }
    fill(line)
}

# A line between two paragraphs, as it is.
function put_name(line) {
    put()
    if (put_before) print ""
    print "    " line
    put_before = blank = 1
}

# Notes a line of code of the current extract.
function add_line(line,    margin) {
    code[++lines] = line
    of[lines] = extracts
    if (line !~ /[^ ]/) return
    match(line, /^ */)
    margin = RLENGTH
    if (!(extracts in least) || margin < least[extracts]) least[extracts] = margin
}

# Prints the extracts, each without its margin; all are indented if they fit.
function print_code(    indent, i) {
    indent = "    "
    for (i = 1; i <= lines; i++)
        if (length(code[i]) - least[of[i]] > 76) indent = ""
    for (i = 1; i <= lines; i++) {
        if (of[i] != of[i - 1] && i > 1) print ""
        print (code[i] == "" ? "" : indent substr(code[i], least[of[i]] + 1))
    }
    if (more) print indent "..."
}

part == "text" { put_line($0); next }

part == "heart" {
    if (/^<!-- extract /) inside = 1
    else if (inside && /^<!-- \/extract/) exit
    else if (inside && !/^```/) {
        if (lines == 12) { more = 1; exit }
        add_line($0)
    }
    next
}

part == "code" {
    if (/^## /) section = /^## (How it works|The code)/
    if (!section) next
    if (/^<!-- extract /) { inside = 1; extracts++ }
    else if (/^<!-- \/extract/) inside = 0
    else if (inside && !/^```/) add_line($0)
    next
}

part == "question" {
    if (/^## /) inside = /^## Predict/
    else if (/^Run it:/ || /^<details>/) inside = 0
    else if (inside && (begun || NF)) put_line($0)
    next
}

part == "command" || part == "status" || part == "answer" {
    if (/^<details>/) { folded = 1; next }
    if (!folded) next
    if (/^<\/details>/) exit
    if (/^```/) {
        if (part == "answer") fill("")
        else if (fenced) exit
        blocks += !fenced
        fenced = !fenced
    } else if (!fenced) {
        if (!NF || part != "answer") { fill(""); next }
        if (named != "") put_name(named)
        named = ""
        put_line($0)
    } else if (/^\$ /) {
        commands++
        if (part == "command") print substr($0, 3)
        else if (part == "answer" && blocks > 1) put_name($0)
    } else if (part == "status" && /^\[exit [0-9]+\]$/) {
        gsub(/[^0-9]/, "")
        ended[commands] = $0
    } else if (/^-- / && blocks > 1 && named == "") named = $0
    next
}

index($0, "**" part ":**") == 1 { inside = labelled = 1 }
inside && !NF { exit }
inside { fill($0) }

END {
    put()
    print_code()
    if (part == "status")
        for (i = 1; i <= commands; i++) print ended[i] + 0
}
