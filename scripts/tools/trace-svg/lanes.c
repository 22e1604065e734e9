/* lanes.c -- a new picture: the lanes, and the distance between them.
 * SPDX-License-Identifier: 0BSD
 */
#include <stdlib.h>
#include <string.h>
#include "picture.h"

// Splits number and name into at most three lines of n cells, behind spaces and
// underscores.
static void wrap(struct picture *p, struct lane *lane, int n)
{
    const char *s = string(p->memory, "%d %s", lane->number, lane->name);
    int k = 0;
    lane->head[0] = "";
    while (*s) {
        size_t length = strcspn(s, "_ ");
        length += strspn(s + length, "_ ");
        if (cells(s) <= n)
            length = strlen(s);
        const char *word = first_bytes(p->memory, s, length);
        const char *line = string(p->memory, "%s%s", lane->head[k], word);
        s += length;
        if (*lane->head[k] && cells(line) > n) {
            if (k == 2) {
                lane->head[k] = cut(p->memory, line, n);
                break;
            }
            k++;
            line = word;
        }
        lane->head[k] = cut(p->memory, line, n);
    }
    lane->head_lines = k + 1;
    p->heads_high = larger(p->heads_high, lane->head_lines);
}

// Finds the lanes that a close reaches, and the lane that waits for each done. Both are
// known only from later events.
static void look_ahead(struct picture *p)
{
    for (int i = 0; i < p->run->n; i++) {
        const struct event *e = &p->run->event[i];
        struct channel *c = &p->channel[e->channel];
        if (e->kind == CLOSED && e->other != e->lane) {
            if (!c->tells)
                c->tells = e->lane;
            c->tells_too[lane_of(p, e->lane)->number] = true;
        }
        if (e->kind == DONE)
            lane_of(p, e->lane)->done = i;
        if (e->kind == WAIT && lane_of(p, e->other)->done >= 0)
            p->waiter[lane_of(p, e->other)->done] = e->lane;
    }
}

// The distance between the lanes: most values fit between them, and the name of a
// channel that is closed.
static double space_for_values(struct picture *p)
{
    double want = p->run->counts[STUCK] ? 190 : 130;
    for (int i = 0; i < smaller(p->run->n, EARLY); i++) {
        const struct event *e = &p->run->event[i];
        if (e->kind == CLOSE && p->closable > 1 && is_shown(p, e->lane)) {
            int n = cells("close ") + cells(channel_name(p, e));
            want = max(want, min((n + 2) * CELL + BAR + 14, 230));
        }
        if (e->kind != PASS && e->kind != PUT)
            continue;
        struct channel *c = &p->channel[e->channel];
        p->channels += !c->known;
        c->known = true;
        int n = cells(channel_name(p, e)) + 2 + cells(e->what);
        want = max(want, min(n * CELL + BAR + 34, 230));
    }
    return min(want, (WIDTH - GUTTER - MARGIN) / p->lanes);
}

// Whether the picture shows the event with both of its goroutines.
static bool is_in_picture(const struct picture *p, const struct event *e)
{
    return is_shown(p, e->lane) && (!e->other || is_shown(p, e->other));
}

// The names of the channels in the picture, as the program spells them. Events
// without a channel have an empty ID.
static void find_names(struct picture *p)
{
    for (int i = 0; i < p->run->n; i++) {
        const struct event *e = &p->run->event[i];
        struct channel *c = &p->channel[e->channel];
        const char *name = short_name(e->name);
        if (!is_in_picture(p, e) || !*p->run->channel[e->channel])
            continue;
        if (!c->called && *name) {
            c->called = name;
            p->closable++;
        }
        c->name = c->called;
        c->made = number_in(p->run->channel[e->channel]);
    }
}

static int channels_called(const struct picture *p, const char *name)
{
    int n = 0;
    for (int i = 0; i < p->run->channels; i++)
        n += p->channel[i].called && strcmp(p->channel[i].called, name) == 0;
    return n;
}

// Several channels of the same name get numbers, in the order in which they were
// made: out1, out2; or out.1 if the program itself has an out1.
static void number_channels(struct picture *p)
{
    const struct run *run = p->run;
    find_names(p);
    for (int i = 0; i < run->channels; i++) {
        struct channel *c = &p->channel[i];
        if (!c->called || channels_called(p, c->called) < 2)
            continue;
        c->number = 1;
        for (int k = 0; k < run->channels; k++)
            c->number += p->channel[k].called && p->channel[k].made < c->made &&
                         strcmp(p->channel[k].called, c->called) == 0;
        c->name = string(p->memory, "%s%d", c->called, c->number);
        if (channels_called(p, c->name))
            c->name = string(p->memory, "%s.%d", c->called, c->number);
    }
}

static void set_up_lanes(struct picture *p)
{
    for (int i = 0; i <= p->lanes; i++) {
        struct lane *lane = &p->lane[i];
        lane->number = i;
        lane->name = name_of(p->run, i);
        lane->function = function_of(p->run, i);
        lane->waits_for = "";
        lane->done = -1;
    }
    look_ahead(p);
    number_channels(p);
    p->space = space_for_values(p);
    p->right = GUTTER + p->space * p->lanes;
    for (int i = 1; i <= p->lanes; i++) {
        struct lane *lane = &p->lane[i];
        lane->x = GUTTER + p->space * (i - 0.5);
        wrap(p, lane, fits(p->space - 14));
    }
}

// Prepares a picture of at most `lanes` lanes, with rows of `row_height` pixels. Each
// event can make the picture one row longer, even where a row has no room for text.
void set_up(struct picture *p, struct arena *memory, const struct run *run,
            int lanes, int row_height)
{
    size_t n = (size_t)run->n;
    *p = (struct picture){.run = run, .memory = memory};
    p->lanes = smaller(lanes, LANES);
    p->row_height = row_height;
    p->channel = zeroed((size_t)run->channels, sizeof *p->channel);
    p->put = zeroed(n, sizeof *p->put);
    p->waiter = zeroed(n, sizeof *p->waiter);
    p->row = zeroed(n + HEIGHT, sizeof *p->row);
    set_up_lanes(p);
    p->top = 12 + 15 * p->heads_high + 14;
    p->last_row = (int)((HEIGHT - p->top - FOOT) / p->row_height);
    p->floor = 1;
}

void free_picture(struct picture *p)
{
    free(p->channel);
    free(p->put);
    free(p->waiter);
    free(p->row);
    free(p->span);
    free(p->bars.s);
    free(p->marks.s);
    free(p->lines.s);
    free(p->heads.s);
    free(p->boxes.s);
}
