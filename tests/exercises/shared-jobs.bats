#!/usr/bin/env bats
load exercise

@test "shared-jobs: the task fails, good solutions pass, bad ones are refused" {
    proves shared-jobs
}
