# What shfmt reads in a script, as lines: `F NAME` for a function, and `C WORD...` for
# a call; a word that the shell has yet to expand is a question mark.
def literal:
    if (.Parts | length) == 1
    then .Parts[0] |
        if .Type == "DblQuoted" then {Parts: (.Parts // [])} | literal
        elif .Type == "Lit" or .Type == "SglQuoted" then .Value // "?"
        else "?" end
    else "?" end;

.. | objects |
    if .Type == "FuncDecl" then "F " + .Name.Value
    elif .Type == "CallExpr" and (.Args // [] | length) > 0
    then "C " + ([.Args[] | literal | gsub("\\s+"; "_") | if . == "" then "?" else . end] | join(" "))
    else empty end
