# A stream stores the requests, and no service is there. The answer is that of the stream.
# shellcheck shell=bash
server -js
start stream capture
ended stream
start client deposit 1 100
finish
