#!/bin/sh
# refused by judge: your check accepts bad-
# Idea: a program that is right once is right. But two of the bad ones are wrong in few orders.

output=$(timeout 5 "$1" 2>/dev/null) || exit 1
printf '%s\n' "$output" |
    awk '
        /^source [1-3]: record [1-4]$/ { if ($4 != ++got[$2 + 0]) wrong = 1; lines++; next }
        /^end$/ { ended++; next }
        { wrong = 1 }
        END { exit wrong || lines != 12 || ended != 1 }'
