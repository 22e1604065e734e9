# comments.awk FILE: the comments of a C file or a script, and the names of its tests, as text for
# prose.awk, line for line.
# Text indented by two or more is a list, a table or a usage text, and is left out, as is code
# that is commented out. The comment behind a script's code is left out, too.

FNR == 1 { script = FILENAME !~ /\.([ch]|pml)$/; inside = 0 }

# The name of a test is a sentence, too.
script && /^@test "/ {
    sub(/^@test "/, "")
    sub(/" \{$/, ".")
    print
    next
}

script {
    if ($0 !~ /^ *#($| )/) { print ""; next }
    sub(/^ *# ?/, "")
    print /^  / ? "" : $0
    next
}

{
    text = ""
    first = !inside && match($0, /\/\*|\/\/ /)
    if (first) {
        line_comment = substr($0, RSTART, 2) == "//"
        $0 = substr($0, RSTART + 2)
        inside = 1
    }
    if (inside) {
        end = line_comment ? length($0) + 1 : index($0, "*/")
        text = end ? substr($0, 1, end - 1) : $0
        inside = !end
        sub(first ? "^ " : "^ *[*]? ?", "", text)
        if (text ~ /^  / || text ~ /[;{}] *$/ || text ~ /^ *(=====|----)/) text = ""
        sub(/ *\*?$/, "", text)
        # A comment that ends here is a sentence of its own.
        if (!inside && text != "") text = text "."
    }
    print text
}
