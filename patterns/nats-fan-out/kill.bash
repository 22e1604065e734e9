# A queue group: worker 1 is killed while it holds jobs.
# shellcheck shell=bash
server
start source share 100 3
await source 'waiting'
start "worker 1" work 1
await 'worker 1' 'is long'
send_signal 'worker 1' STOP
for id in 2 3; do
    start "worker $id" work "$id"
done
await source 'handed out'
send_signal 'worker 1' KILL
finish
