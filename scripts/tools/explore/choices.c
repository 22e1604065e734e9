#define _GNU_SOURCE
#include "choices.h"
#include <stdlib.h>
#include <string.h>

bool is_usual(const struct choice *c)
{
    return c->took == c->usual;
}

static bool is_choice(const char *line)
{
    return starts_with(line, "run ") || starts_with(line, "pick ") ||
           starts_with(line, "wake ") || starts_with(line, "spurious ");
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

const char *word_of(const struct choice *c)
{
    if (c->is_spurious)
        return "spurious";
    return c->is_wake ? "wake" : c->is_pick ? "pick" : "run";
}

// Returns false if the line has no number.
static bool read_choice(const char *line, struct choice *c)
{
    *c = (struct choice){.line = line, .comment = "", .list = "", .usual = -1};
    c->is_pick = starts_with(line, "pick ");
    c->is_spurious = starts_with(line, "spurious ");
    c->is_wake = c->is_spurious || starts_with(line, "wake ");
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

long other(const struct choice *c, size_t k)
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

void add_choice(struct text *t, const struct choice *c, long number)
{
    const char *word = word_of(c);
    if (c->is_wake && number < 0)
        return;
    char *line = printed("%s %ld\n", word, number);
    add(t, line);
    free(line);
}

void clear_run(struct run *r)
{
    free(r->log);
    free(r->choice);
    *r = (struct run){0};
}

void take_log(struct run *r, char *log)
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

bool read_run(struct run *r, const char *path)
{
    struct text log = {0};
    struct lines lines = lines_of(path);
    bool there = false;
    size_t choices = 0, n = 0;
    for (char *line; n < 10 * LONGEST && choices <= LONGEST; n++) {
        line = next_line(&lines);
        if (!line)
            break;
        there = true;
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

char *log_of(const struct run *r)
{
    struct text log = {0};
    for (size_t i = 0; i < r->n; i++) {
        add(&log, r->choice[i].line);
        add(&log, "\n");
    }
    return taken(&log);
}
