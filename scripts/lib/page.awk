# page.awk -- prints one part of the page of a pattern or a pitfall, as plain text; nothing
# if the page has no such part.
#
#   awk -v part=PART [-v label=WORD:] [-v bold=ESC -v plain=ESC] -f page.awk README.md
#
#   heart      the code of the first extract, at most 12 lines, indented if it fits
#   question   what the reader is to predict
#   command    the command that answers it: the first one in the folded block
#   status     the exit status that the page shows for this command, if it is not 0
#   answer     the text behind the output of this command
#   text       everything
#   LABEL      any other word: the paragraph that begins with **LABEL:**
#
# A text is filled to 78 columns, and its label stands out.

# The text without Markdown's marks. Between backquotes each letter is itself.
function words_of(text,    n, part_of, i, all) {
    gsub(/<!--[^>]*-->/, "", text)
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

part == "text" { put_line($0); next }

part == "heart" {
    if (/^<!-- extract /) inside = 1
    else if (inside && /^<!-- \/extract/) exit
    else if (inside && !/^```/) {
        if (lines == 12) { more = 1; exit }
        code[++lines] = $0
        match($0, /^ */)
        if (NF && (!least || RLENGTH + 1 < least)) least = RLENGTH + 1
        if (length($0) > longest) longest = length($0)
    }
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
        if (done) exit
        if (fenced) done = 1
        fenced = !fenced
        next
    }
    if (fenced && /^\$ /) {
        if (++commands > 1 && part != "answer") exit
        if (part == "command") { print substr($0, 3); exit }
    }
    if (fenced && part == "status" && /^\[exit [0-9]+\]$/) { gsub(/[^0-9]/, ""); print; exit }
    if (done && part == "answer" && (begun || NF)) put_line($0)
    next
}

index($0, "**" part ":**") == 1 { inside = labelled = 1 }
inside && !NF { exit }
inside { fill($0) }

END {
    put()
    indent = longest - least < 76 ? "    " : ""
    for (i = 1; i <= lines; i++) print (code[i] == "" ? "" : indent substr(code[i], least))
    if (more) print indent "..."
}
