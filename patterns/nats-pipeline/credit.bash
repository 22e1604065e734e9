# The same slow counter asks for at most 8 words at a time.
# shellcheck shell=bash
server -js
start splitter split --credit
await splitter ready
start counter count -c 8 --slow --credit
await counter ready
start reader read "$ROOT/patterns/pipeline/sample.txt"
finish
