# A queue group: worker 1 is busy with the first job while the others are handed out.
# shellcheck shell=bash
server
start source share 100 3
await source 'waiting'
start "worker 1" work 1
await 'worker 1' 'is long'
for id in 2 3; do
    start "worker $id" work "$id"
done
finish
