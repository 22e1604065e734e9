#!/usr/bin/env bats
load exercise

@test "end-of-stream: the task fails, good solutions pass, bad ones are refused" {
    proves end-of-stream
}
