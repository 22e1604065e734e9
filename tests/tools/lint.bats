#!/usr/bin/env bats
# tests/lint, in a copy of the tree with a mistake in it.
load ../helper
load tools

# lint LINTER: runs one linter of the copy.
lint() {
    timeout -k 2 60 "$ROOT/tests/lint" "$1"
}

@test "lint locals: each way to write a thread-local is found, with its file and line" {
    copy_tree
    local word last file=patterns/fan-in/fan-in.c
    lint locals
    last=$(wc -l <"$ROOT/$file")
    for word in _Thread_local thread_local __thread; do
        cp "$ROOT/$file" kept.c
        printf '\nstatic %s int last;\n' "$word" >>"$ROOT/$file"
        run -1 --separate-stderr lint locals
        assert_line --partial "$file:$((last + 2)): fibers share the thread-local of their worker"
        mv kept.c "$ROOT/$file"
    done
}

@test "lint locals: a comment with the reason allows it, another comment does not" {
    copy_tree
    local file=patterns/fan-in/fan-in.c
    printf '\n/* the last value */\nstatic _Thread_local int last;\n' >>"$ROOT/$file"
    run -1 --separate-stderr lint locals
    assert_output --partial "$file"
    sed -i 's|the last value|The value belongs to the worker, because it is its cache.|' "$ROOT/$file"
    lint locals
    # A reason counts for the declaration below it only, and a comment or a string is none.
    printf '/* no thread_local */\nstatic const char *s = "__thread";\n' >>"$ROOT/$file"
    lint locals
    printf 'static _Thread_local int next;\n' >>"$ROOT/$file"
    run -1 --separate-stderr lint locals
    assert_output --partial "$file"
}
