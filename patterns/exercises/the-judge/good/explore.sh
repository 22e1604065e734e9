#!/bin/sh
# scripts/explore runs the seeds, and gives the output of each to an awk program.

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/check.awk" <<'CHECK'
/^source [1-3]: record [1-4]$/ { if ($4 != ++got[$2 + 0]) wrong = 1; lines++; next }
/^end$/ { ended++; next }
{ wrong = 1 }
END { exit wrong || lines != 12 || ended != 1 }
CHECK
CHAN_LEAKS=1 scripts/explore "$1" --seeds 100 -o "$folder" --check "awk -f '$folder/check.awk'"
