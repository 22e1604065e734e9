#!/usr/bin/env bats
load exercise

@test "own-copy: the task fails, good solutions pass, bad ones are refused" {
    proves own-copy
}
