/* lanes.c -- a new picture: where the lanes stand, and how far apart.
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

// How far apart are the lanes? So far that most values can stand between them.
static double space_for_values(struct picture *p)
{
    double want = p->run->counts[STUCK] ? 190 : 130;
    for (int i = 0; i < smaller(p->run->n, EARLY); i++) {
        const struct event *e = &p->run->event[i];
        if (e->kind != PASS && e->kind != PUT)
            continue;
        struct channel *c = &p->channel[e->channel];
        p->channels += !c->known;
        c->known = true;
        int n = cells(short_name(e->name)) + 2 + cells(e->what);
        want = max(want, min(n * CELL + BAR + 34, 230));
    }
    return min(want, (WIDTH - GUTTER - MARGIN) / p->lanes);
}

static void set_up_lanes(struct picture *p)
{
    for (int i = 0; i <= p->lanes; i++) {
        struct lane *lane = &p->lane[i];
        lane->number = i;
        lane->name = name_of(p->run, i);
        lane->waits_for = "";
        lane->done = -1;
    }
    look_ahead(p);
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
