/* run.c -- reads the events of a run.
 * SPDX-License-Identifier: 0BSD
 */
#define _POSIX_C_SOURCE 200809L
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include "run.h"

const char *const kind_names[] = {
    [START] = "start",     [PASS] = "pass",       [PUT] = "put",
    [TAKE] = "take",       [CLOSE] = "close",     [CLOSED] = "closed",
    [DEFAULT] = "default", [TIMEOUT] = "timeout", [SLEEP] = "sleep",
    [WAKE] = "wake",       [DONE] = "done",       [WAIT] = "wait",
    [BLOCK] = "block",     [RESUME] = "resume",   [STUCK] = "stuck",
    [PANIC] = "panic",     [END] = "end",
};

double number_in(const char *s)
{
    double x = strtod(s, NULL);
    if (!(x > -9e18))
        return 0;
    return min(x, 9e18); // fits into a long long
}

// No goroutine has the number 0.
static int lane_in(const char *s)
{
    double x = number_in(s);
    return x >= 1 && x < INT_MAX ? (int)x : 0;
}

static const struct goroutine *find(const struct run *run, int number)
{
    static const struct goroutine none = {.name = "", .function = ""};
    for (int i = run->goroutines - 1; i >= 0; i--)
        if (run->goroutine[i].number == number)
            return &run->goroutine[i];
    return &none;
}

const char *name_of(const struct run *run, int number)
{
    return find(run, number)->name;
}

const char *function_of(const struct run *run, int number)
{
    return find(run, number)->function;
}

static enum kind kind_in(const char *s)
{
    for (int i = 0; i < UNKNOWN; i++)
        if (strcmp(s, kind_names[i]) == 0)
            return (enum kind)i;
    return UNKNOWN;
}

static void read_goroutine(struct run *run, int number, const char *name,
                           const char *function)
{
    int n = run->goroutines;
    if (n == INT_MAX / 2)
        fail("too many goroutines");
    if ((n & (n - 1)) == 0) { // 0 and the powers of 2
        size_t room = n ? 2 * (size_t)n : 1;
        run->goroutine =
            checked(realloc(run->goroutine, room * sizeof *run->goroutine));
    }
    run->goroutine[n].number = number;
    run->goroutine[n].name = first_bytes(&run->memory, name, strlen(name));
    run->goroutine[n].function =
        first_bytes(&run->memory, function, strlen(function));
    run->goroutines = n + 1;
}

static void count_flow(struct run *run, int from, int to)
{
    struct flow *flow = run->flow;
    while (flow < run->flow + run->flows) {
        if (flow->from == from && flow->to == to)
            break;
        flow++;
    }
    if (flow == run->flow + FLOWS) {
        run->more_flows = true;
        return;
    }
    if (flow == run->flow + run->flows) {
        *flow = (struct flow){from, to, 0};
        run->flows++;
    }
    flow->values++;
}

// The index of the channel of an ID, which is CHANNEL or CHANNEL.N.
static int channel_in(struct run *run, const char *id)
{
    size_t n = strcspn(id, ".");
    for (int i = run->channels - 1; i >= 0; i--)
        if (strncmp(run->channel[i], id, n) == 0 && !run->channel[i][n])
            return i;
    run->channel[run->channels] = first_bytes(&run->memory, id, n);
    return run->channels++;
}

// A value is taken after it was put in.
static int put_of(const struct run *run, const struct event *take)
{
    for (int i = run->n - 1; i >= 0; i--)
        if (run->event[i].kind == PUT &&
            strcmp(run->event[i].value, take->value) == 0)
            return i;
    return -1;
}

enum { TIME_AT, ORDER_AT, KIND_AT, LANE_AT, OTHER_AT, WHAT_AT, NAME_AT, ID_AT };
enum { FIELDS = ID_AT + 1 };

static void read_event(struct run *run, char *const field[])
{
    struct event e = {.time = number_in(field[TIME_AT]),
                      .kind = kind_in(field[KIND_AT]),
                      .lane = lane_in(field[LANE_AT]),
                      .other = lane_in(field[OTHER_AT])};
    run->counts[e.kind]++;
    if (e.kind == PASS || (e.kind == TAKE && e.other)) {
        bool passed = e.kind == PASS;
        run->values++;
        count_flow(run, passed ? e.lane : e.other, passed ? e.other : e.lane);
    }
    if (run->n == EVENTS)
        return;
    struct arena *memory = &run->memory;
    e.what = first_bytes(memory, field[WHAT_AT], strlen(field[WHAT_AT]));
    e.name = first_bytes(memory, field[NAME_AT], strlen(field[NAME_AT]));
    e.value = first_bytes(memory, field[ID_AT], strlen(field[ID_AT]));
    e.channel = channel_in(run, e.value);
    e.put = e.kind == TAKE ? put_of(run, &e) : -1;
    run->event[run->n++] = e;
}

// Splits the line at its tabs. A field that is missing is empty.
static void read_line(struct run *run, char *line)
{
    char *field[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
        field[i] = line;
        line += strcspn(line, "\t");
        if (*line)
            *line++ = '\0';
    }
    if (strcmp(field[KIND_AT], "process") == 0) {
        const char *name = field[WHAT_AT];
        run->program = first_bytes(&run->memory, name, strlen(name));
        run->in_virtual_time = number_in(field[OTHER_AT]) != 0;
    } else if (strcmp(field[KIND_AT], "goroutine") == 0) {
        read_goroutine(run, lane_in(field[LANE_AT]), field[WHAT_AT],
                       field[NAME_AT]);
    } else {
        read_event(run, field);
    }
}

void read_run(struct run *run, FILE *in)
{
    char *line = NULL;
    size_t room = 0;
    run->program = "";
    run->event = zeroed(EVENTS, sizeof *run->event);
    run->channel = zeroed(EVENTS, sizeof *run->channel);
    while (getline(&line, &room, in) > 0) {
        line[strcspn(line, "\n")] = '\0';
        read_line(run, line);
    }
    free(line);
    if (ferror(in))
        fail("the events cannot be read");
    if (!run->goroutines)
        fail("no goroutine is in these events");
}

void free_run(struct run *run)
{
    free(run->goroutine);
    free(run->event);
    free(run->channel);
    free_arena(&run->memory);
}
