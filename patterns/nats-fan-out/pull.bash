# A stream: worker 1 is busy with the first job until the others are done.
# shellcheck shell=bash
server -js
start source share 100 3 --pull
await source 'waiting'
start "worker 1" work 1 --pull
await 'worker 1' 'is long'
for id in 2 3; do
    start "worker $id" work "$id" --pull
done
finish
