#!/bin/sh
# refused by judge: has not ended after
# Idea: the program ends by itself. But one of the bad ones does not, so a check needs a limit.

"$1" >/dev/null 2>&1
while ! "$1" 2>/dev/null | grep -q '^end$'; do
    sleep 1
done
