#!/bin/sh
# refused by judge: accepts bad-without-end.c
# Idea: the records are what counts. But the program must also print `end`.

for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    output=$(CHAN_LEAKS=1 CHAN_SEED=$seed timeout 5 "$1" 2>/dev/null) || {
        echo "seed $seed: status $?"
        exit 1
    }
    printf '%s\n' "$output" |
        awk '
            /^source [1-3]: record [1-4]$/ { if ($4 != ++got[$2 + 0]) wrong = 1; lines++; next }
            /^end$/ { next }
            { wrong = 1 }
            END { exit wrong || lines != 12 }' || {
        echo "seed $seed: wrong output"
        exit 1
    }
done
