# Service 3 is stopped by SIGSTOP. It continues when the client has ended, and answers then.
# shellcheck shell=bash
server
for id in 1 2 3; do
    start "service $id" serve "$id"
    await "service $id" ready
done
send_signal 'service 3' STOP
start client ask 3
ended client
send_signal 'service 3' CONT
await 'service 3' answered
start 'client 2' ask 3 -t 9000
ended 'client 2'
start last stop
finish
