#!/bin/sh
# refused by judge: your check accepts bad-
# Idea: the output says it all. But the status and what is left behind count too.

for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    CHAN_SEED=$seed timeout 5 "$1" 2>/dev/null |
        awk '
        /^source [1-3]: record [1-4]$/ { if ($4 != ++got[$2 + 0]) wrong = 1; lines++; next }
        /^end$/ { ended++; next }
        { wrong = 1 }
        END { exit wrong || lines != 12 || ended != 1 }' || exit 1
done
