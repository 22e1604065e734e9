#!/bin/sh
# refused by judge: your check refuses good-
# Idea: a right program is quick. But the time says nothing about it, and a busy machine is slow.

began=$(date +%s%N)
timeout 5 "$1" >/dev/null 2>&1 || exit 1
[ $((($(date +%s%N) - began) / 1000000)) -lt 150 ]
