# An answer, no service, and an answer that comes too late.
# shellcheck shell=bash
server
start 'client 1' deposit 1 100
ended 'client 1'
start service serve
await service ready
start 'client 2' deposit 2 100
ended 'client 2'
send_signal service STOP
start 'client 3' deposit 3 100 -t 200
await 'client 3' 'repeat'
send_signal service CONT
ended 'client 3'
start main stop
finish
