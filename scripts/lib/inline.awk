# inline.awk -- prints a C file with its own includes in their place, each of them once.
#
#   awk -v keep=NAMES -v drop=NAMES -v marks=1 -v chan_h=FILE -v halves=FOLDER \
#       -f inline.awk FILE
#
# A name is looked for beside the file that includes it, then in common/. Includes of the
# names in keep stay, and so does a name that is no file: it is there to end a compilation
# that cannot succeed. Those in drop go. With chan_h, chan.h comes from that file. With
# halves, the two includes of chan_fibers.h become first.h and second.h of that folder; marks
# has a comment before and behind each file. Status 1 if chan_lab.h is asked for, by
# needs=1, and was not met.

function has(list, name) {
    return index(" " list " ", " " name " ")
}

# Where the file is, or "".
function place(folder, name,    path, line) {
    path = folder name
    if ((getline line < path) < 0) {
        path = "common/" name
        if ((getline line < path) < 0) return ""
    }
    close(path)
    return path
}

# Whether the file that the matched `!__has_include("NAME")` asks for stands in this output.
function is_inlined(folder, line,    name) {
    name = substr(line, RSTART, RLENGTH)
    gsub(/^[^"]*"|".*$/, "", name)
    return !has(keep, name) && place(folder, name) != ""
}

function inline(file,    line, name, path, folder) {
    folder = file
    sub(/[^\/]*$/, "", folder)
    while ((getline line < file) > 0) {
        # What is in its place is there: a test for it is answered.
        if (match(line, /!__has_include\("[^"]*"\)/) && is_inlined(folder, line))
            line = substr(line, 1, RSTART - 1) "0" substr(line, RSTART + RLENGTH)
        if (line !~ /^# *include "/) { print line; continue }
        name = line
        gsub(/^[^"]*"|".*$/, "", name)
        if (has(drop, name)) continue
        path = place(folder, name)
        if (has(keep, name) || path == "") { print line; continue }
        if (halves != "" && name == "chan_fibers.h")
            path = halves (met++ ? "/second.h" : "/first.h")
        if (seen[path]++) continue
        if (name == "chan.h" && chan_h != "") path = chan_h
        if (marks) print "/* ----- " name " ----- */"
        inline(path)
        if (marks) print "/* ----- end of " name " ----- */"
    }
    close(file)
}

BEGIN {
    inline(ARGV[1])
    exit needs && !seen["common/chan_lab.h"]
}
