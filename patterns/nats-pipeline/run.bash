# Each stage is as fast as the one before.
# shellcheck shell=bash
server
start splitter split
await splitter ready
start counter count
await counter ready
start reader read "$ROOT/patterns/pipeline/sample.txt"
finish
