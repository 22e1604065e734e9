#!/usr/bin/env bats
load exercise

@test "reply-to: the task fails, good solutions pass, bad ones are refused" {
    proves reply-to
}
