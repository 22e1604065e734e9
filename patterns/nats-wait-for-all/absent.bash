# The client waits for four services. The fourth was never started.
# shellcheck shell=bash
server
for id in 1 2 3; do
    start "service $id" serve "$id"
    await "service $id" ready
done
start client ask 4
ended client
start last stop
finish
