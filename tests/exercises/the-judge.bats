#!/usr/bin/env bats
load exercise

@test "the-judge: the task fails, good checks pass, bad ones are refused" {
    proves the-judge
}
