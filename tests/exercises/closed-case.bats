#!/usr/bin/env bats
load exercise

@test "closed-case: the task fails, good solutions pass, bad ones are refused" {
    proves closed-case
}
