#!/usr/bin/env bats
load exercise

@test "lock-order: the task fails, good solutions pass, bad ones are refused" {
    proves lock-order
}
