# What the scripts share. The script that reads this has set ROOT.
# shellcheck shell=sh
. "$ROOT/scripts/lib/say.sh"
. "$ROOT/scripts/lib/book.sh"
. "$ROOT/scripts/lib/packages.sh"
. "$ROOT/scripts/lib/programs.sh"

# ---- chan.h without the laboratory -----------------------------------------

# unhooked FILE: chan.h without its hooks for the laboratory and ThreadSanitizer, as
# snippets have it: the same code for the compiler, and fewer lines to read. Each hook is
# a line, except that of a panic. What they are stands in a section of their own. With
# -DCHAN_LAB it says that there is no laboratory in it.
unhooked() {
    awk '
        /^ \* lies beside this file\.$/ || /^\/\* clang-format o/ { next }
        { sub(/ ThreadSanitizer sees exactly this order if chan_tsan\.h$/, "") }
        /^\/\* ===== [0-9]+\. Hooks/ {
            print "#ifdef CHAN_LAB"
            print "#error \"this chan.h is without the laboratory: scripts/snippet --header --lab has both\""
            print "#endif\n"
            section = 1
            next
        }
        section && !/^\/\* =====/ { next }
        { section = 0 }
        /^ *(chan_hook_[a-z_]+|CHAN_LAB_|CHAN_TSAN_)\(/ { next }
        { sub(/ chan_hook_[a-z_]+\(\),/, "") }
        /^#ifndef CHAN_LAB/ { bare = 1; next }
        bare && /^#endif/ { bare = 0; next }
        /^#ifdef CHAN_(LAB|TSAN)/ { inside = 1 }
        inside && /^#endif/ { inside = 0; next }
        !inside' "$1"
}
