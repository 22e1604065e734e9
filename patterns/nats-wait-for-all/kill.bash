# Service 3 is killed before the client asks.
# shellcheck shell=bash
server
for id in 1 2 3; do
    start "service $id" serve "$id"
    await "service $id" ready
done
send_signal 'service 3' KILL
ended 'service 3'
start client ask 3
ended client
start last stop
finish
