#!/usr/bin/env bats
load exercise

@test "cancel-all: the task fails, good solutions pass, bad ones are refused" {
    proves cancel-all
}
