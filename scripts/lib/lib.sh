# What the scripts share. The script that reads this has set ROOT.
# shellcheck shell=sh
. "$ROOT/scripts/lib/say.sh"
. "$ROOT/scripts/lib/book.sh"
. "$ROOT/scripts/lib/packages.sh"
. "$ROOT/scripts/lib/programs.sh"

# ---- chan.h without the laboratory -----------------------------------------

# unhooked FILE: chan.h without its hooks for the laboratory and ThreadSanitizer, as
# snippets have it: the same code for the compiler, and fewer lines to read. With
# -DCHAN_LAB it says that there is no laboratory in it.
unhooked() {
    awk '
        # The text without its hooks: each ends with its closing bracket, here or in
        # one of the next lines.
        function strip(s,    at, i, depth, c, next_line) {
            while (match(s, /CHAN_(LAB|TSAN)_\(/)) {
                at = RSTART
                depth = 0
                for (i = at + RLENGTH - 1; ; i++) {
                    if (i > length(s)) {
                        if ((getline next_line) <= 0) break
                        s = s next_line
                    }
                    c = substr(s, i, 1)
                    depth += (c == "(") - (c == ")")
                    if (depth == 0) break
                }
                hooks++
                s = substr(s, 1, at - 1) substr(s, i + 1)
                sub(/ +$/, "", s); sub(/ ;$/, ";", s)
                if (substr(s, at - 1, 1) == " " && substr(s, at, 1) == " ")
                    s = substr(s, 1, at - 1) substr(s, at + 1)
            }
            return s
        }
        /^#define CHAN_(LAB|TSAN)_/ { next }
        /^ \* lies beside this file\.$/ { next }
        { sub(/ ThreadSanitizer sees exactly this order if chan_tsan\.h$/, "") }
        /^#ifdef CHAN_LAB/ && !inside++ && !told++ {
            print
            print "#error \"this chan.h is without the laboratory: scripts/snippet --header --lab has both\""
            print "#endif"
        }
        /^#if.*(CHAN_TSAN_\(|"chan_tsan\.h")/ { inside = 1 }
        inside { if (/^#endif/) inside = 0; next }
        { n = hooks; s = strip($0); if (n == hooks || s !~ /^ *$/) print s }' "$1"
}
