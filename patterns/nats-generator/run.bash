# The second subscriber starts when half of the numbers are published.
# shellcheck shell=bash
server
start source publish 20
await source 'waiting'
start early subscribe
await source 'published 1 to 10'
start late subscribe
finish
