#!/usr/bin/env bats
# common/chan.h against its contract, row by row. Each test runs checks of one program of
# tests/header/. `build/header/select --list` prints the names of its checks, and
# `build/header/select 'default*'` runs some of them.
load ../helper

# hold PROGRAM CHECK...: every one of these checks is good.
hold() {
    local -x COOKBOOK_LIMIT=${COOKBOOK_LIMIT:-60} COOKBOOK_SLOW=${COOKBOOK_SLOW-}
    [[ ${COOKBOOK_WRAP-} != *valgrind* ]] || COOKBOOK_SLOW=1
    # shellcheck disable=SC2034  # play reads it
    local LIMIT=500 # of the program as a whole; COOKBOOK_LIMIT is for each check
    run play "header/$1" "${@:2}"
    refute_line --regexp '^not ok'
    assert_success
    assert_equal "$(grep -c '^ok ' <<<"$output")" $(($# - 1))
}

@test "every check of every program stands in a row below" {
    local source program check
    for source in "$ROOT"/tests/header/*.c; do
        program=$(basename "$source" .c)
        [[ $program != leave ]] || continue
        run -0 play "header/$program" --list
        assert_output
        for check in "${lines[@]}"; do
            grep -q "^    hold $program.* $check\\>\\|^        .*\\<$check\\>" "$BATS_TEST_FILENAME" ||
                fail "header/$program: $check is run by no test"
        done
    done
}

# ===== Sending and receiving

@test "send on unbuffered: returns when a receiver has the value" {
    hold values unbuffered_send_waits_for_its_receiver receive_waits_for_its_sender
    hold blocking nobody_comes_to_an_unbuffered_channel two_of_a_kind_do_not_serve_each_other
}

@test "send on buffered: returns when the value is in the buffer" {
    hold values buffered_send_returns_while_there_is_room full_buffer_makes_the_sender_wait_for_room \
        buffer_wraps_round_and_keeps_order
    hold blocking full_and_empty_buffers_block
}

@test "receive from a closed channel: first the values left, then false and zeroes" {
    hold values closed_channel_gives_what_is_left_then_zeroes closed_empty_channel_zeroes_at_once
    hold close a_closed_channel_answers_every_time select_drains_before_it_sees_the_end \
        nothing_is_lost_before_a_close
}

@test "receive into NULL: the value is dropped" {
    hold values null_discards_the_value waiting_receiver_may_discard
}

@test "send and receive on NULL: block forever; length and capacity are 0" {
    hold blocking send_on_null_blocks receive_on_null_blocks null_of_another_type_blocks_too
    hold values len_and_cap_of_null_are_zero
}

@test "values of one sender: arrive in the order sent" {
    hold values values_of_one_sender_arrive_in_order each_receiver_sees_each_sender_in_order
}

@test "values of 1 byte to 4 KiB and of every type: arrive whole" {
    hold values values_of_1_byte_to_4_kib_arrive_whole scalars_of_every_kind_arrive \
        structs_arrive_from_variable_literal_and_call literals_may_have_any_number_of_initialisers \
        channels_travel_through_channels
}

@test "arguments: evaluated once, counts of any integer type, under any name" {
    hold values arguments_are_evaluated_once capacity_may_be_of_any_integer_type callers_may_use_any_names
}

@test "waiting senders: served first in, first out" {
    hold fifo waiting_senders waiting_senders_behind_a_full_buffer waiting_selects_that_send \
        senders_and_selects_stand_in_one_queue selects_take_from_the_front newcomers_do_not_overtake
}

@test "waiting receivers: served first in, first out" {
    hold fifo waiting_receivers waiting_selects_that_receive receivers_and_selects_stand_in_one_queue
}

@test "a select that is served elsewhere or times out: leaves the queue as it was" {
    hold fifo a_select_served_elsewhere_leaves_the_queue a_select_that_gives_up_leaves_the_queue
}

@test "close: wakes every blocked receiver and every blocked select" {
    hold close close_wakes_every_receiver close_wakes_every_select \
        close_wakes_receivers_and_selects_together closing_quit_ends_every_worker
}

@test "memory order: what happens before is seen after" {
    hold memory a_send_happens_before_its_receive a_receive_happens_before_the_send_it_makes_room_for \
        a_channel_of_one_is_a_mutex a_close_happens_before_what_it_ends go_and_wait_carry_everything \
        done_happens_before_each_wait everything_passes_along_a_chain
}

# ===== Select

@test "select: does exactly one case and returns its index" {
    hold select the_ready_case_is_done_and_its_index_returned cases_not_chosen_leave_everything_alone \
        a_waiting_select_takes_whatever_comes selects_nest
}

@test "several ready cases: one of them, within 8 % of even over 30,000 picks" {
    hold select ready_cases_are_picked_evenly also_with_switched_off_cases_between \
        also_with_the_same_channel_in_all_cases also_over_due_timers the_first_pick_of_a_thread_is_fair_too
}

@test "two cases on one channel whose select had to wait: either, at random" {
    hold select two_sends_on_one_channel_that_had_to_wait two_receives_on_one_channel_that_had_to_wait
}

@test "default and timeouts: only when no other is ready, at any place, by their priority" {
    hold select default_is_taken_at_any_place_when_nothing_is_ready default_does_not_hide_a_ready_case \
        priorities_of_default_and_timeouts
    hold timers timeout_is_taken_at_any_place_and_never_early \
        the_shortest_timeout_counts_then_the_first_written ready_cases_win_over_a_timeout_of_zero \
        each_select_has_its_own_timeout
}

@test "all cases NULL, or none at all: blocks forever" {
    hold blocking select_of_null_cases_blocks
}

@test "the same channel in several cases: allowed, and never paired with itself" {
    hold select a_select_never_pairs_with_itself two_such_selects_pair_with_each_other \
        many_such_selects_pair_off the_same_receive_twice_takes_one_value
}

@test "the value of a send case: evaluated once, lives as long as its block" {
    hold select value_of_a_send_case_is_evaluated_once_and_lives
}

@test "arrays of cases: built in a loop, of any length, left unchanged" {
    hold select the_array_is_left_unchanged number_of_cases_may_be_of_any_integer_type \
        sends_from_an_array_built_in_a_loop a_select_of_300_cases_waits_and_works \
        a_select_of_300_ready_cases_does_one the_cost_of_many_cases_is_n_log_n
}

@test "a waiting select: served once, even if several threads come at the same time" {
    hold select a_waiting_select_is_claimed_once a_waiting_send_is_claimed_once \
        of_two_rivals_one_gets_the_select a_value_and_a_timeout_at_once a_value_around_the_deadline
}

# ===== Time

@test "chan_after_ms: one value when it is due, never early, never again" {
    hold timers after_delivers_when_due_and_never_early after_is_not_ready_before_it_is_due \
        after_is_never_ready_again late_receiver_learns_when_it_was_due
    hold blocking fired_timer_blocks
}

@test "chan_tick_ms: on the grid, never early; a late receiver gets the first missed tick only" {
    hold timers ticks_stand_on_a_grid_and_are_never_early \
        a_late_receiver_gets_the_first_tick_that_it_missed \
        ticks_do_not_multiply
}

@test "timer channels: length and capacity 0, no thread, one of several gets the tick" {
    hold timers timers_have_neither_length_nor_capacity no_thread_stands_behind_a_timer \
        one_of_several_waiting_threads_gets_the_tick several_threads_share_the_ticks_of_one \
        a_lost_tick_does_not_end_the_wait
}

@test "timers in a select: the earliest wakes it, a ready value wins" {
    hold timers the_earliest_of_several_timers_wakes_the_select a_value_wins_over_a_timer_not_yet_due
}

@test "times of any integer type: negative ones are 0, huge ones mean never" {
    hold timers negative_time_is_zero_and_due_at_once times_may_be_of_any_integer_type \
        huge_times_mean_never times_are_evaluated_once
    hold blocking huge_times_never_come
}

@test "sleep_ms and now_ms: the whole time, by the monotonic clock" {
    hold timers sleep_lasts_the_whole_time now_reads_the_monotonic_clock
}

@test "a storm of signals: every call goes on waiting, for its whole time" {
    hold signals sends_survive receives_survive selects_survive timeouts_last_their_time \
        timers_are_not_early sleeps_last_their_time wait_groups_survive \
        waiting_for_ever_stays_for_ever hand_overs_survive
}

@test "a second of waiting: costs under 50 ms of processor time" {
    hold blocking a_second_of_waiting_costs_next_to_nothing ticks_and_timeouts_cost_little
}

# ===== Goroutines, wait groups, defer

@test "go: a value is copied, aligned, and freed when the function returns" {
    hold go a_struct_variable_is_copied a_returned_struct_is_copied each_goroutine_has_its_own_copy \
        the_copy_belongs_to_the_goroutine scalars_are_copied copies_are_aligned \
        large_structs_are_copied_whole literals_may_have_any_number_of_initialisers \
        copies_are_freed_when_the_function_returns
}

@test "go: a pointer, an array or a string is passed as it is, nothing as NULL" {
    hold go pointers_are_passed_as_they_are strings_are_passed_as_they_are \
        without_a_value_the_argument_is_null arrays_of_a_length_known_late
}

@test "go: evaluates once, never blocks, works from anywhere" {
    hold go function_and_value_are_evaluated_once the_group_is_evaluated_once go_does_not_block \
        goroutines_start_goroutines a_generator_hands_over_its_numbers
}

@test "threads of ended goroutines: joined, and never many" {
    hold threads ended_goroutines_leave_no_thread ended_goroutines_are_joined \
        chains_of_goroutines_are_joined a_loop_of_short_goroutines_does_not_run_out_of_threads
}

@test "after a burst of goroutines: their memory comes back, and the next go costs no more" {
    hold threads a_burst_gives_its_memory_back
}

@test "goroutines that end by pthread_exit, detach their thread, or send from a destructor" {
    hold threads pthread_exit_counts_as_returning a_late_cancel_ends_no_other_goroutine a_goroutine_may_detach_its_thread \
        a_destructor_may_send_and_go
}

@test "one core: known as well in a program that never calls go" {
    hold threads one_core_is_known_without_a_go
}

@test "one core: a sleep ends, also when the threads of blocking calls have ended" {
    hold threads a_sleep_ends_when_workers_have_ended
}

@test "stacks: 256 KiB at least, or as asked for" {
    hold threads the_default_stack_is_256_kib_at_least stack_size_may_be_set \
        the_smallest_stack_has_16_kib stacks_of_other_sizes_are_given_back
    hold locals goroutines_have_their_stack_beside_thread_locals
}

@test "exit: clean beside running goroutines, from one of them, and in exit handlers" {
    hold threads main_may_return_while_goroutines_run a_goroutine_may_exit exit_handlers_may_use_goroutines
}

@test "pthread_exit of main: the last goroutine ends the program" {
    # ThreadSanitizer has a thread of its own. So a program whose main ends in this way
    # never ends under it.
    [[ $BUILD != */tsan && $BUILD != */tsan-inside ]] || skip "no program ends this way under ThreadSanitizer"
    local turn way
    for ((turn = 0; turn < 5; turn++)); do
        for way in first last thread; do
            run -0 --separate-stderr play header/leave "$way"
            assert_output xxxxx
        done
    done
}

@test "fork: goroutines work in the child, and its exit is clean" {
    hold threads after_fork_the_child_starts_goroutines also_while_the_parent_runs_some \
        also_the_grandchild also_when_a_goroutine_forks also_without_any_before also_at_any_moment
}

@test "wait group: ready as it is, reusable, for several, of any count" {
    hold waitgroup ready_as_it_is wait_returns_when_the_last_is_done several_may_wait \
        add_takes_any_integer all_that_was_done_is_seen many_count_at_once \
        wg_go_is_done_when_the_function_returns
    hold blocking wait_group_blocks_while_something_is_left
}

@test "defer: on every way out of a scope, last in, first out" {
    hold defer runs_at_the_end_of_the_scope last_in_first_out several_on_one_line \
        nested_scopes_run_theirs runs_on_return the_result_is_computed_first runs_on_break_and_continue \
        runs_on_break_out_of_a_switch runs_on_goto runs_on_the_way_out_of_an_if
}

@test "defer: evaluates now, takes any void f(void *), not on exit, abort and longjmp" {
    hold defer the_argument_is_evaluated_at_once_and_once the_function_too closes_and_frees_channels \
        frees_memory ends_a_part_of_a_wait_group deferred_functions_may_defer \
        not_on_exit_abort_longjmp_and_panic
}

# ===== Panics

@test "panic: send on closed channel" {
    hold panics send_on_a_closed_channel close_while_a_sender_waits select_with_a_send_on_a_closed_channel
}

@test "panic: close of closed channel, close of nil channel" {
    hold panics close_of_a_closed_channel_and_of_null
}

@test "panic: send on timer channel, close of timer channel, a tick of 0 or less" {
    hold panics timers_are_only_received_from a_tick_takes_time
}

@test "panic: negative and too large capacities, with the number" {
    hold panics negative_capacities capacities_too_large
}

@test "panic: no more memory, no more threads, with reason and number" {
    hold panics a_select_without_memory no_more_memory no_more_threads
}

@test "panic: negative WaitGroup counter" {
    hold panics counter_below_zero
}

@test "panic: a stack of less than 16 KiB, with the number" {
    hold panics stacks_too_small
}

@test "panic: free of a channel in use" {
    hold panics free_while_somebody_waits
}

@test "a panic: names the caller's line, flushes stdout, holds no lock" {
    hold panics deferred_mistakes_name_the_line_of_the_defer mistakes_after_a_defer_do_not_name_it \
        standard_output_is_flushed no_lock_is_held \
        a_goroutine_ends_the_program a_child_panics_for_itself
}

@test "a panic: is printed when stdout is full, closed or locked" {
    hold panics stdout_that_takes_nothing_does_not_hinder stdout_that_takes_too_little_does_not_hinder \
        locked_stdout_does_not_hinder
}

@test "a panic: the flags of an open file that others share stay as they are" {
    hold panics others_keep_the_flags_of_the_open_file also_those_of_a_socket also_those_of_a_terminal \
        also_those_of_another_users_pipe
}

@test "several panics: the first wins, the others wait for the end" {
    hold panics first_of_several_wins others_wait_for_the_end
}

# ===== Life time

@test "free by the receiver of the last value or of the close: at once, 100,000 times" {
    hold lifetime receiver_frees_an_unbuffered_channel receiver_frees_a_buffered_channel \
        select_that_received_frees sender_frees_an_unbuffered_channel select_that_sent_frees \
        receiver_frees_a_closed_channel
}

@test "a wait group may vanish when wg_wait has returned, 100,000 times" {
    hold lifetime wait_group_vanishes wait_group_of_goroutines_vanishes held_waiter_finds_its_group_gone
}

@test "a thread that is still returning does not touch the freed channel" {
    hold lifetime held_sender_finds_its_channel_gone held_receiver_finds_its_channel_gone
}

@test "a select holds its channels until it has returned" {
    hold lifetime held_select_still_holds_its_channels a_reply_tells_that_the_select_has_returned
}

@test "free with values left, and of a timer fired or not" {
    hold lifetime channels_may_be_freed_with_values_in_them timers_may_be_freed_at_any_time
}

# ===== Crowds

@test "64 threads select over the same channels in every order, on one core and on all" {
    hold crowd sixty_four_select_in_every_order on_one_core_as_well \
        two_orders_of_two_channels_do_not_deadlock
}

@test "64 threads share one channel, or form a circle, on one core and on all" {
    hold crowd a_value_goes_round_sixty_four_threads also_on_one_core sixty_four_share_one_channel \
        even_on_one_core
}

# ===== Fibers

# fibers: skips the test in builds where a goroutine is a kernel thread.
fibers() {
    [[ $BUILD == */fibers ]] || skip 'goroutines are fibers in build/fibers only'
}

@test "fibers: errno is right after a goroutine has moved to another kernel thread" {
    fibers
    hold fibers errno_is_right_after_a_move
}

@test "fibers: blocking calls and computing stop no other goroutine, and their workers end" {
    fibers
    hold fibers a_blocking_read_stops_no_other timers_fire_while_all_cores_compute \
        the_workers_of_blocking_calls_end
}

@test "fibers: a pair that talks forever starves no third goroutine" {
    fibers
    hold fibers a_pair_that_talks_starves_no_third a_blocked_worker_hands_over_its_queue
}

@test "fibers: 20,000 wait, and 1,000,000 short ones need less than 64 MiB" {
    fibers
    hold fibers twenty_thousand_wait_in_a_chain a_million_short_ones_need_little_memory
}

@test "fibers: a stack overflow is a panic that names where the goroutine was started" {
    fibers
    hold fibers an_overflow_is_a_panic_that_names_the_start
}

@test "fibers: share channels with plain threads, and take the signal mask of main" {
    fibers
    hold fibers threads_and_fibers_share_a_channel signals_blocked_before_the_first_go_stay_blocked
}

@test "fibers: main may call its first go() when all workers sleep" {
    fibers
    hold fibers main_becomes_a_worker_late
}

@test "fibers: a child process that crashes ends by the signal" {
    fibers
    hold fibers a_child_that_crashes_ends
}
