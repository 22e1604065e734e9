#!/usr/bin/env bats
load exercise

@test "merge-sources: the task fails, good solutions pass, bad ones are refused" {
    proves merge-sources
}
