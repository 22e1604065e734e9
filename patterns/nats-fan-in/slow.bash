# The receiver has a buffer of 100 records, and takes none until all were sent.
# shellcheck shell=bash
server
start merge merge 3 -c 100
await merge ready
for id in 1 2 3; do
    start "source $id" send "$id" 1000
done
finish
