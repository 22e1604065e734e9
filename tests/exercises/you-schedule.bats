#!/usr/bin/env bats
load exercise

@test "you-schedule: the task fails, good orders pass, bad ones are refused" {
    proves you-schedule
}
