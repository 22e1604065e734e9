# What the scripts share. The script that reads this has set ROOT.
# shellcheck shell=sh
. "$ROOT/scripts/lib/say.sh"
. "$ROOT/scripts/lib/book.sh"
. "$ROOT/scripts/lib/packages.sh"
. "$ROOT/scripts/lib/programs.sh"

# ---- chan.h without the laboratory, with fibers or without ------------------

# unhooked FILE: chan.h without its hooks for the laboratory and ThreadSanitizer, as
# snippets have it: the same code for the compiler, and fewer lines to read. Each hook is
# a line, except that of a panic. What they are stands in a section of their own, up to
# the line that asks for fibers. With -DCHAN_LAB it says that there is no laboratory in it.
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
        section && !/^\/\* =====/ && !/^#if defined CHAN_FIBERS / { next }
        { section = 0 }
        /^ *(chan_hook_[a-z_]+|CHAN_LAB_|CHAN_TSAN_)\(/ { next }
        { sub(/ chan_hook_[a-z_]+\(\),/, "") }
        /^#ifndef CHAN_LAB/ { bare = 1; next }
        bare && /^#endif/ { bare = 0; next }
        /^#ifdef CHAN_(LAB|TSAN)/ { inside = 1 }
        inside && /^#endif/ { inside = 0; next }
        !inside' "$1"
}

# unfibered: standard input is an unhooked chan.h. Prints it as it is without -DCHAN_FIBERS.
# With that option it says that there are no fibers in it.
unfibered() {
    awk '
        # What this block says and hides holds for its #else the other way round.
        /^#if/ {
            hides[++depth] = /^#ifdef CHAN_ON_FIBERS_$/ || /^#if defined CHAN_FIBERS /
            asks[depth] = hides[depth] || /^#ifndef CHAN_ON_FIBERS_$/
        }
        /^#if defined CHAN_FIBERS / {
            print "#ifdef CHAN_FIBERS"
            print "#error \"this file is without fibers: scripts/snippet --fibers prints it with them\""
            print "#endif"
        }
        /^#if/ && asks[depth] { next }
        /^#else/ && asks[depth] { hides[depth] = !hides[depth]; next }
        /^#endif/ && asks[depth--] { next }
        {
            for (i = 1; i <= depth; i++) if (hides[i]) next
            print
        }'
}

# fibers_halves FOLDER: writes into it first.h and second.h, what chan_fibers.h is the first
# and the second time that chan.h includes it.
fibers_halves() {
    awk -v folder="$1" -v second=0 '
        /^#else .* The second half/ { second = 1; next }
        { text[second] = text[second] $0 "\n" }
        END {
            # The blocks that the first half opens end with the second.
            printf "%s#endif\n#endif\n", text[0] >(folder "/first.h")
            sub(/#endif\n#endif\n$/, "", text[1])
            printf "%s", text[1] >(folder "/second.h")
        }' "$ROOT/common/chan_fibers.h"
}
