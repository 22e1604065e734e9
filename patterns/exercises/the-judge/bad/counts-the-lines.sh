#!/bin/sh
# refused by judge: your check accepts bad-
# Idea: thirteen lines are all lines. But a line may come twice, and another be missing.

for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    output=$(CHAN_LEAKS=1 CHAN_SEED=$seed timeout 5 "$1" 2>/dev/null) || exit 1
    [ "$(printf '%s\n' "$output" | wc -l)" -eq 13 ] || exit 1
done
