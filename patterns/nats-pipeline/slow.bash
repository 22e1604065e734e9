# The counter has a buffer of 8 words, and begins when the splitter has ended.
# shellcheck shell=bash
server
start splitter split
await splitter ready
start counter count -c 8 --slow
await counter ready
start reader read "$ROOT/patterns/pipeline/sample.txt"
finish
