#!/usr/bin/env bats
load exercise

@test "time-limit: the task fails, good solutions pass, bad ones are refused" {
    proves time-limit
}
