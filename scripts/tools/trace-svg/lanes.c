/* lanes.c -- a new picture: in which order the lanes stand, and how far apart.
 * SPDX-License-Identifier: 0BSD
 */
#include <stdlib.h>
#include <string.h>
#include "picture.h"

// ---- their order ------------------------------------------------------------

// What leads from one lane to another, and how much that counts.
struct link {
    int from, to;
    double weight;
};

// Lanes that run the same function are a group, and stand side by side.
struct order {
    int lanes, groups;
    int group_of[LANES + 1], group_at[LANES + 1]; // of a lane; at a place
    int where[LANES + 1];                         // is a lane
    struct link link[LANES * LANES];
    int links;
};

static void add_link(struct order *order, int from, int to, double weight)
{
    if (from == to || from < 1 || to < 1)
        return;
    if (from > order->lanes || to > order->lanes)
        return;
    int i = 0;
    while (i < order->links &&
           (order->link[i].from != from || order->link[i].to != to))
        i++;
    if (i == order->links)
        order->link[order->links++] = (struct link){from, to, 0};
    order->link[i].weight += weight;
}

static void find_links(struct order *order, const struct run *run)
{
    int sent = 0;
    for (int i = 0; i < run->n && sent < ARROWS; i++) {
        const struct event *e = &run->event[i];
        if (e->kind == PASS || e->kind == PUT) {
            add_link(order, e->lane, e->other, 1);
            sent++;
        }
        if (e->kind == START)
            add_link(order, e->other, e->lane, 0.02);
        if (e->kind == CLOSED)
            add_link(order, e->other, e->lane, 0.3);
    }
}

static void find_groups(struct order *order, const struct picture *p)
{
    for (int i = 1; i <= order->lanes; i++) {
        int other = 1;
        while (other < i && strcmp(p->lane[i].name, p->lane[other].name) != 0)
            other++;
        if (other == i)
            order->group_of[i] = ++order->groups;
        else
            order->group_of[i] = order->group_of[other];
    }
    for (int i = 1; i <= order->groups; i++)
        order->group_at[i] = i;
}

// How far apart the ends of all arrows are, those to the left two lanes farther;
// and how much the groups are not in the order of their numbers.
static double cost(const struct order *order)
{
    double sum = 0;
    for (int i = 0; i < order->links; i++) {
        const struct link *link = &order->link[i];
        int d = order->where[link->to] - order->where[link->from];
        sum += link->weight * (d > 0 ? d : 2 - d);
    }
    for (int i = 1; i < order->groups; i++)
        for (int k = i + 1; k <= order->groups; k++)
            if (order->group_at[i] > order->group_at[k])
                sum += 0.1;
    return sum;
}

// Moves the group at place i to place k, and counts where each lane is now.
static void move_group(struct order *order, int i, int k)
{
    int group = order->group_at[i], step = i < k ? 1 : -1, n = 0;
    for (; i != k; i += step)
        order->group_at[i] = order->group_at[i + step];
    order->group_at[k] = group;
    for (int at = 1; at <= order->groups; at++)
        for (int lane = 1; lane <= order->lanes; lane++)
            if (order->group_of[lane] == order->group_at[at])
                order->where[lane] = ++n;
}

// Makes the one move that saves most; false if none does.
static bool improve(struct order *order)
{
    double best = cost(order);
    int from = 0, to = 0;
    for (int i = 1; i <= order->groups; i++)
        for (int k = 1; k <= order->groups; k++) {
            if (i == k)
                continue;
            move_group(order, i, k);
            double c = cost(order);
            move_group(order, k, i);
            if (c < best - 0.001) {
                best = c;
                from = i;
                to = k;
            }
        }
    if (from)
        move_group(order, from, to);
    return from;
}

// The groups come as they were created; then one after the other goes where it
// makes the arrows shorter, until none does.
static void arrange(struct picture *p)
{
    struct order order = {.lanes = p->lanes};
    find_groups(&order, p);
    find_links(&order, p->run);
    move_group(&order, 1, 1);
    while (improve(&order))
        ;
    for (int i = 1; i <= p->lanes; i++)
        p->lane[i].pos = order.where[i];
}

// ---- a new picture ----------------------------------------------------------

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

// Whom does a close tell, and who waits for a done? That is known only later.
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
    arrange(p);
    for (int i = 1; i <= p->lanes; i++) {
        struct lane *lane = &p->lane[i];
        lane->x = GUTTER + p->space * (lane->pos - 0.5);
        wrap(p, lane, fits(p->space - 14));
    }
}

// With at most so many lanes, and rows so high. Each event can make the picture
// one row longer, even where no row has room for anything.
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
