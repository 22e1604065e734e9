# Three sources send four records each.
# shellcheck shell=bash
server
start merge merge 3
await merge ready
for id in 1 2 3; do
    start "source $id" send "$id" 4
done
finish
