/* choices.h -- The choices of one run.
 *
 * A choice is a line of CHAN_CHOICES: `run 3 of 1* 3 4    # 3 worker: ...`. The
 * usual choice is the first of its list, or 0 of a `pick`: what the program takes
 * by itself where no schedule says otherwise. A schedule is choices, one a line,
 * of which the list and the comment can be left out.
 */
#ifndef EXPLORE_CHOICES_H
#define EXPLORE_CHOICES_H
#include "text.h"

enum { LONGEST = 20000 }; // choices of a run that are read

struct choice {
    const char *line;    // as the program wrote it
    const char *comment; // what stands behind the mark, or ""
    const char *list;    // the numbers to choose from, the usual one first
    long took, usual;    // usual is -1 where the line has no list
    size_t others;       // how many there were beside the usual one
    bool is_pick;        // a draw; otherwise it is who runs
    bool held;           // another than the usual one is a preemption
    bool usual_held;     // who had the turn, could go on, and is the usual one
};

static bool is_usual(const struct choice *c)
{
    return c->took == c->usual;
}

static bool is_choice(const char *line)
{
    return starts_with(line, "run ") || starts_with(line, "pick ");
}

static void read_list(struct choice *c)
{
    size_t n = 0;
    const char *at = c->list;
    for (char *end; n < LONGEST; n++) {
        long number = strtol(at, &end, 10);
        if (end == at)
            break;
        bool star = *end == '*';
        if (n == 0) {
            c->usual = number;
            c->usual_held = star;
        }
        c->held = c->held || star;
        at = end + star;
    }
    c->others = n ? n - 1 : 0;
}

// False if there is not even a number in it.
static bool read_choice(const char *line, struct choice *c)
{
    *c = (struct choice){.line = line, .comment = "", .list = "", .usual = -1};
    c->is_pick = starts_with(line, "pick ");
    char *end;
    const char *number = strchr(line, ' ');
    c->took = strtol(number, &end, 10);
    if (end == number)
        return false;
    const char *mark = strchr(line, '#');
    if (mark)
        c->comment = mark + 1 + strspn(mark + 1, " ");
    if (starts_with(end, " of ")) {
        c->list = end + strlen(" of ");
        if (!c->is_pick) {
            read_list(c);
        } else {
            c->usual = 0;
            long of = strtol(c->list, NULL, 10);
            c->others = of > 1 ? (size_t)of - 1 : 0;
        }
    }
    return true;
}

// What could be taken instead of the usual choice; K counts from 1.
static long other(const struct choice *c, size_t k)
{
    if (c->is_pick)
        return (long)k;
    const char *at = c->list;
    for (;;) {
        char *end;
        long number = strtol(at, &end, 10);
        if (k == 0 || end == at)
            return number;
        at = end + (*end == '*');
        k--;
    }
}

static void add_choice(struct text *t, bool is_pick, long number)
{
    char *line = printed("%s %ld\n", is_pick ? "pick" : "run", number);
    add(t, line);
    free(line);
}

// The choices of one run of the program.
struct run {
    char *log; // the text of the lines, each ended by a zero
    struct choice *choice;
    size_t n, room;
};

static void clear_run(struct run *r)
{
    free(r->log);
    free(r->choice);
    *r = (struct run){0};
}

// Takes the log, of which it is the owner from then on.
static void take_log(struct run *r, char *log)
{
    exchange(&r->log, log);
    r->n = 0;
    for (char *line = log, *end; *line; line = end) {
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = '\0';
        r->choice = with_room(r->choice, r->n, &r->room, sizeof *r->choice);
        if (is_choice(line) && read_choice(line, &r->choice[r->n]))
            r->n++;
    }
}

// Reads what the program wrote down of its choices: LONGEST and one at most, as
// the rest is not worth our time. False if it wrote nothing down.
static bool read_run(struct run *r, const char *path)
{
    struct text log = {0};
    struct lines lines = lines_of(path);
    bool there = lines.file != NULL;
    size_t choices = 0, n = 0;
    for (char *line; n < 10 * LONGEST && choices <= LONGEST; n++) {
        line = next_line(&lines);
        if (!line)
            break;
        if (!is_choice(line))
            continue;
        choices++;
        add(&log, line);
        add(&log, "\n");
    }
    close_lines(&lines);
    take_log(r, taken(&log));
    return there;
}

static char *log_of(const struct run *r)
{
    struct text log = {0};
    for (size_t i = 0; i < r->n; i++) {
        add(&log, r->choice[i].line);
        add(&log, "\n");
    }
    return taken(&log);
}

#endif
