#!/usr/bin/env bats
load ../helper

# What every run must show, in any order.
holds() {
    assert_equal "${#lines[@]}" 4
    assert_line --index 0 'nothing is ready: select takes the default'
    assert_line --index 1 --regexp '^served:( (read|write)-[123]){6} \(6 of 6\)$'
    assert_equal "$(grep -o 'read-.' <<<"${lines[1]}")" $'read-1\nread-2\nread-3'
    assert_equal "$(grep -o 'write-.' <<<"${lines[1]}")" $'write-1\nwrite-2\nwrite-3'
    assert_line --index 2 --regexp '^picked:( (read|write)){8} \.\.\. \([456][0-9]{2} reads, [456][0-9]{2} writes\)$'
    assert_line --index 3 'each between 400 and 600 of 1000: yes'
}

@test "serves both clients, each in its order, and is fair to both" {
    repeat run_holds select
}

@test "the same holds for every seed, and nothing is left behind" {
    seeds_hold select
}

@test "picks in another order in another run" {
    local picked=''
    for _ in {1..8}; do
        run -0 play select
        picked+=${lines[2]}$'\n'
    done
    (($(sort -u <<<"$picked" | grep -c .) > 1))
}

@test "is fair for any number of picks" {
    run -0 play select 1
    assert_line --index 3 'each between 0 and 1 of 1: yes'
    run -0 play select 20001
    assert_line --index 3 'each between 8000 and 12001 of 20001: yes'
}

@test "takes one number, within its limits" {
    takes_number select PICKS 1 100000 1000
}
