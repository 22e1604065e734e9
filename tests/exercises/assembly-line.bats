#!/usr/bin/env bats
load exercise

@test "assembly-line: the task fails, good solutions pass, bad ones are refused" {
    proves assembly-line
}
