# bare.awk PROGRAM: the program without what reads its arguments (common/args.h). Each
# variable keeps its default, args() returns 0 operands, and a check that ends in
# args_misuse() is left out. The sample files are in the folder where it runs.

# The length of the call that the text begins with, up to its closing parenthesis.
# part[i] is its argument i.
function call_length(text,    i, c, depth, quoted, from, n) {
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (quoted && c == "\\") i++
        else if (c == "\"") quoted = !quoted
        else if (quoted) continue
        else if (c == "(" && !depth++) from = i + 1
        else if ((c == "," && depth == 1) || (c == ")" && !--depth)) {
            part[++n] = substr(text, from, i - from)
            gsub(/^[ \n]+/, "", part[n])
            from = i + 1
            if (c == ")") return i
        }
    }
    return 0
}

# Puts a value in place of each call of args() and args_number().
function without_calls(text,    done, length_of, value) {
    while (match(text, /[^a-z_]args(_number)?\([ \n]*argc, argv/)) {
        done = done substr(text, 1, RSTART)
        text = substr(text, RSTART + 1)
        length_of = call_length(text)
        value = text ~ /^args_number/ ? part[4] : "0"
        text = substr(text, length_of + 1)
        sub(/=\n +$/, "= ", done)
        if (match(done, /int [a-z]+ = $/)) count = substr(done, RSTART + 4, RLENGTH - 7)
        if (sub(/^ == 0;/, ";", text)) value = "true"
        if (sub(/^ == 1;/, ";", text)) value = "false"
        if (done ~ /[;{}]\n +$/ && sub(/^;\n+/, "", text)) {
            sub(/ +$/, "", done)
            value = ""
        }
        done = done value
    }
    return done text
}

# Leaves out each line with args_misuse(), and the condition above it.
function without_misuse(text,    n, i, k, line, out) {
    n = split(text, line, "\n")
    for (i = 1; i <= n; i++) {
        if (line[i] !~ /args_misuse\(\);/) continue
        line[i] = "\001"
        for (k = i - 1; line[k] != "" && line[k] !~ /[;{}\001]( *\/\*.*)?$/; k--) line[k] = "\001"
    }
    for (i = 1; i < n; i++)
        if (line[i] != "\001") out = out line[i] "\n"
    return out
}

# Knows that count, which holds how many operands there were, is 0.
function without_operands(text,    line) {
    if (count == "") return text
    gsub(" *if \\(" count " (> 0|== 1)[^\n]*\n[^\n]*;\n", "", text)
    gsub("\\(" count " == 0 && ", "(", text)
    gsub(count " == 0;", "true;", text)
    line = "    int " count " = 0;\n"
    if (!match(text, line)) return text
    if (substr(text, RSTART + RLENGTH) !~ "[^a-z_.]" count "[^a-z_]") sub(line, "", text)
    return text
}

{ text = text $0 "\n" }

END {
    text = without_operands(without_misuse(without_calls(text)))
    gsub(/int argc, char \*\*argv, /, "", text)
    gsub(/int argc, char \*\*argv/, "void", text)
    gsub(/\(argc, argv, /, "(", text)
    gsub(/\(argc, argv\)/, "()", text)
    gsub(/argc == 1/, "true", text)
    gsub(/SAMPLES "/, "\"", text)
    gsub(/" SAMPLES/, "\"", text)
    gsub(/SAMPLES/, "\"\"", text)
    printf "%s", text
}
