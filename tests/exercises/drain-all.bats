#!/usr/bin/env bats
load exercise

@test "drain-all: the task fails, good solutions pass, bad ones are refused" {
    proves drain-all
}
