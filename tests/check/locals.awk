# locals.awk -- finds the thread-locals of programs whose goroutines may be fibers.
#
#     awk -f code.awk -f locals.awk FILE...
#
# Prints each line of code that declares one, unless a comment gives the reason. The comment
# is behind the declaration or in the lines right above it, and has the word `worker`. The
# status is 1 if there is any line to print.

FNR == 1 { in_comment = above = 0 }

{
    began_inside = in_comment
    line = code($0)
    has_code = line ~ /[^ \t]/
    has_comment = began_inside || index($0, "/*") || index($0, "//")
    explains = has_comment && $0 ~ /worker/
    if (line ~ /(^|[^A-Za-z0-9_])(_Thread_local|thread_local|__thread)([^A-Za-z0-9_]|$)/ \
        && !explains && !above) {
        printf "%s:%d: fibers share the thread-local of their worker: " \
            "say in a comment why this one may be shared\n", FILENAME, FNR
        found = 1
    }
    above = !has_code && has_comment && (above || explains)
}

END { exit found }
