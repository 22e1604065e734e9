#!/usr/bin/env bats
load exercise

@test "three-at-once: the task fails, good solutions pass, bad ones are refused" {
    proves three-at-once
}
