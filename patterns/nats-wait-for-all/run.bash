# All three services answer.
# shellcheck shell=bash
server
for id in 1 2 3; do
    start "service $id" serve "$id"
    await "service $id" ready
done
start client ask 3 -t 9000
ended client
start last stop
finish
