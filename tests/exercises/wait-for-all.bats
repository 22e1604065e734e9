#!/usr/bin/env bats
load exercise

@test "wait-for-all: the task fails, good solutions pass, bad ones are refused" {
    proves wait-for-all
}
