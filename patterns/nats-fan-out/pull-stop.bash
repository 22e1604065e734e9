# A stream: worker 1 is stopped for so long that its job is handed out again.
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
await source 'all jobs are done'
send_signal 'worker 1' CONT
finish
