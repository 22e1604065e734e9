# The server is killed and starts again. The second half is published in between.
# shellcheck shell=bash
server
start source publish 20 --outage
await source 'waiting for a subscriber'
start early subscribe
await source 'waiting for an outage'
server_stop KILL
await source 'published 11 to 20'
server_start
await source reconnected
await early reconnected
start late subscribe
finish
