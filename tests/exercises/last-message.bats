#!/usr/bin/env bats
load exercise

@test "last-message: the task fails, good solutions pass, bad ones are refused" {
    proves last-message
}
