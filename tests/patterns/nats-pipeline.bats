#!/usr/bin/env bats
load ../helper
load nats

# words: the words of the sample and how often each comes, by sort and uniq.
words() {
    grep -o '[A-Za-z]*' "$ROOT/patterns/pipeline/sample.txt" | LC_ALL=C sort | uniq -c | sed 's/^ *//'
}

# counted: the same as the counter has printed it.
counted() {
    of counter | grep -x '[0-9]* [A-Za-z]*' | LC_ALL=C sort -k 2
}

holds() {
    assert_equal "$(of reader)" 'sent 3 lines'
    assert_equal "$(of splitter)" $'ready\nsent 18 words'
    assert_equal "$(counted)" "$(words)"
    assert_equal "$(of counter | tail -n 1)" '18 words sent, 18 counted, 0 lost'
}

@test "counts the same words as sort and uniq" {
    repeat run_holds nats-pipeline
}

@test "a slow counter loses the words that have no place in its buffer" {
    run -0 --separate-stderr play nats-pipeline slow
    assert_equal "$(of splitter)" $'ready\nsent 18 words'
    assert_equal "$(of counter)" "$(printf '%s\n' ready \
        'nats-pipeline: too slow: 10 messages dropped so far' \
        '1 Read' '3 a' '2 line' '1 send' '1 Split' '18 words sent, 8 counted, 10 lost')"
}

@test "with credit the slow counter loses nothing, and holds at most 8 words at a time" {
    credit() {
        holds
        assert_equal "$(of counter | sed -n 2p)" 'at most 8 words were unacknowledged'
    }
    run -0 --separate-stderr play nats-pipeline credit
    credit
}

# ended_by ROLE SUBJECT TEXT: this message ends the stage with status 1. $complaint is what it prints.
ended_by() {
    local code=0
    rm -f out # the output of the one before must not be taken for this one's
    play nats-pipeline "$1" >out 2>complaint 3>&- &
    waits grep -q ready out
    publishes "$2" "$3"
    wait $! || code=$?
    assert_equal "$code" 1
    complaint=$(<complaint)
}

@test "garbage, missing lines and a missing file are one line and status 1" {
    with_server
    ended_by split lines.end garbage
    assert_equal "$complaint" 'nats-pipeline: lines.end: the message is not a number'
    ended_by split lines.end 2
    assert_equal "$complaint" 'nats-pipeline: split: lines are missing'
    ended_by count words-end garbage
    assert_equal "$complaint" 'nats-pipeline: words-end: the message is not a number'
    run -1 --separate-stderr play nats-pipeline read nosuch
    assert_output ''
    assert_equal "$stderr" 'nats-pipeline: nosuch: No such file or directory'
}

@test "a server without JetStream is one line and status 1" {
    with_server
    run -1 --separate-stderr play nats-pipeline split --credit
    assert_output ''
    assert_equal "$stderr" 'nats-pipeline: JetStream: No responders available for request'
}

@test "takes a role, a file, and numbers" {
    takes nats-pipeline 'read FILE | split [--credit] | count [-c CAPACITY] [--slow] [--credit]' \
        x read 'split x' 'count -c 0' 'count -c 257' 'count --fast'
}
