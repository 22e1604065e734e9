/* rows.c -- lanes and rows, and the free places in them.
 * SPDX-License-Identifier: 0BSD
 */
#include <stdlib.h>
#include "picture.h"

// Lane 0 means any goroutine that is not in the picture. It never begins.
bool is_shown(const struct picture *p, int number)
{
    return number >= 1 && number <= p->lanes;
}

struct lane *lane_of(struct picture *p, int number)
{
    return &p->lane[is_shown(p, number) ? number : 0];
}

bool is_alive(const struct lane *lane)
{
    return lane->begun && !lane->gone;
}

enum side side_of(const struct lane *a, const struct lane *b)
{
    return b->number > a->number ? RIGHT : LEFT;
}

enum side opposite(enum side side)
{
    return side == RIGHT ? LEFT : RIGHT;
}

// ---- rows -------------------------------------------------------------------

double y_of(const struct picture *p, int row)
{
    return p->top + p->row_height * (row - 0.5);
}

// The side of a lane's bar.
double edge(const struct lane *lane, enum side side)
{
    return lane->x + (side == RIGHT ? BAR / 2 : -BAR / 2);
}

bool is_free(const struct picture *p, int row, double from, double to)
{
    for (size_t i = 0; i < p->spans; i++) {
        const struct span *span = &p->span[i];
        if (span->row == row && from < span->to && span->from < to)
            return false;
    }
    return true;
}

void reserve(struct picture *p, int row, double from, double to)
{
    if (p->spans == p->room) {
        p->room = 2 * p->room + 100;
        p->span = checked(realloc(p->span, p->room * sizeof *p->span));
    }
    p->span[p->spans++] = (struct span){row, from, to};
    p->rows = larger(p->rows, row);
    p->right = max(p->right, to);
    if (!p->run->in_virtual_time)
        p->floor = larger(p->floor, row);
    if (!p->row[row].timed || p->row[row].time > p->now)
        p->row[row].time = p->now;
    p->row[row].timed = true;
}

// Finds the first row from `row` on in which `from` to `to` is free, and reserves it.
// If there is none, returns 0, and the picture is full.
int place(struct picture *p, int row, double from, double to)
{
    row = larger(row, p->floor);
    while (row <= p->last_row && !is_free(p, row, from, to))
        row++;
    if (row > p->last_row) {
        p->full = true;
        return 0;
    }
    reserve(p, row, from, to);
    return row;
}

// From one of two lanes to the other, whichever is the left one.
int place_across(struct picture *p, const struct lane *a, const struct lane *b,
                 int row)
{
    return place(p, row, min(a->x, b->x) - BAR / 2 - 2,
                 max(a->x, b->x) + BAR / 2 + 2);
}
