# A stream: worker 1 is killed while it holds the first job.
# shellcheck shell=bash
server -js
start source share 100 3 --pull
await source 'waiting'
start "worker 1" work 1 --pull
await 'worker 1' 'is long'
send_signal 'worker 1' STOP
for id in 2 3; do
    start "worker $id" work "$id" --pull
done
await source 'handed out'
send_signal 'worker 1' KILL
finish
