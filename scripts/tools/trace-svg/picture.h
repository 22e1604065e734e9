/* picture.h -- a picture while it is drawn.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef TRACE_SVG_PICTURE_H
#define TRACE_SVG_PICTURE_H
#include "run.h"

enum { WIDTH = 760, HEIGHT = 790 }; // at most; in pixels, like all lengths here
enum { GUTTER = 52, MARGIN = 8, FOOT = 136, BAR = 12 };
enum { LANES = 8, ARROWS = 28 }; // the most that a picture has
enum { EARLY = 200 };            // these first events decide the widths

enum look { NOTHING, RUNS, WAITS, SLEEPS, LOOKS };

extern const char *const look_names[];

// What the legend explains if it occurs.
enum sign {
    GO,
    HANDED_OVER,
    BUFFERED,
    NOT_RECEIVED,
    CLOSES,
    SEES_CLOSE,
    GROUP_DONE,
    ALONE,
    RETURNS,
    PANICS,
    GOES_ON,
    TIME_PASSES,
    LONGER_STEP,
    ORDINAL,
    SIGNS
};

enum side { LEFT, RIGHT };

// Texts that say the same, the longest first. The first that fits is shown.
struct words {
    const char *text[5]; // up to a NULL
};

struct lane {
    int number; // of its goroutine, from left to right; 0: no goroutine
    const char *name, *function;
    double x; // the middle of its bar
    const char *head[3];
    int head_lines;
    bool begun, gone;
    enum look look;
    double first, at; // the top and the bottom of the known bar
    enum look piece;  // of its last part, which begins at top
    double top;
    bool ran;       // something has happened since it was last drawn
    int last;       // the row of the last event
    int started_in; // the row in which it starts others, or 0
    double go[2];   // the ends of that row's line
    int busy[2];    // how many sloping lines begin at this side
    int creator;
    struct words sleeping;   // what to write while it is asleep
    const char *waits_for;   // the name of a wait group
    const char *done_of;     // the same, when it is done
    int done_row[LANES + 1]; // the row that leads to that lane
    int done;                // its last done, or -1
};

// The start of a line whose end is drawn later.
struct put {
    int row; // 0: not drawn
    bool received;
    double x;
    enum side side;
};

struct channel {
    const char *name, *called; // in the picture; by the program; or NULL
    double made;               // in the order of these
    int number; // among those that the program calls so; 0: it is the only one
    int last_put, last_take;
    bool known; // a value of it is among the early ones
    int tells;  // the first lane that receives its close
    bool tells_too[LANES + 1], told[LANES + 1], slanting[LANES + 1];
    struct put close;
    struct {
        bool begun;
        double to;   // a level line leads to here
        double held; // the row is reserved to here
    } reach[2];
};

struct row {
    bool timed;
    double time;         // of the first event in it
    const char *moment;  // of virtual time, that begins here
    const char *written; // the time that is written beside it, or NULL
    bool leap;           // it is a longer step from the time above
    bool labelled[LANES + 1];
    double label_ends[LANES + 1]; // a value beside that lane
};

// A part of a row that is taken.
struct span {
    int row;
    double from, to;
};

struct picture {
    const struct run *run;
    struct arena *memory;
    int lanes, row_height, heads_high;
    double space, right; // between lanes; the rightmost point
    double top;
    int last_row, floor, rows; // that has room; nothing goes higher; used
    int bottom;                // what waits forever reaches down to here
    int channels, closable;    // among the early values; in the picture
    bool full;
    int sent, arrows; // values on their way, and arrived
    double now;
    bool drawn[LOOKS], drew[SIGNS];
    struct lane lane[LANES + 1]; // by the number of the goroutine
    struct channel *channel;
    struct put *put; // of each event
    int *waiter;     // of each event: the lane that waits for this done, or 0
    struct row *row;
    struct span *span;
    size_t spans, room;
    struct text bars, marks, lines, heads, boxes;
};

// ---- rows.c -----------------------------------------------------------------

bool is_shown(const struct picture *p, int number);
struct lane *lane_of(struct picture *p, int number);
bool is_alive(const struct lane *lane);
enum side side_of(const struct lane *a, const struct lane *b);
enum side opposite(enum side side);
double y_of(const struct picture *p, int row);
double edge(const struct lane *lane, enum side side);
bool is_free(const struct picture *p, int row, double from, double to);
void reserve(struct picture *p, int row, double from, double to);
int place(struct picture *p, int row, double from, double to);
int place_across(struct picture *p, const struct lane *a, const struct lane *b,
                 int row);

// ---- draw.c -----------------------------------------------------------------

void draw_bar(struct picture *p, struct lane *lane, double y, enum look look);
void draw_down_to(struct picture *p, struct lane *lane, double y);
void begin(struct picture *p, struct lane *lane, int row);
void go_on(struct picture *p, struct lane *lane, int row);
void draw_path(struct picture *p, const char *class, const char *path);
void draw_line(struct picture *p, const char *class, double x1, double y1,
               double x2, double y2);
void draw_head(struct picture *p, const char *class, double x1, double y1,
               double x2, double y2);
double box(const char *s);
void draw_label(struct picture *p, const char *s, double left, double y,
                const char *class);
int beside(const struct picture *p, const struct lane *lane, enum side side);
const char *fitting(const struct picture *p, const struct words *words, int n);
int draw_note(struct picture *p, const struct lane *lane, int row,
              const struct words *words, const char *class);
void draw_happening(struct picture *p, struct lane *lane, int row,
                    const struct words *words);
void remember_label(struct picture *p, const struct lane *lane, int row,
                    double x);
void draw_across(struct picture *p, const struct lane *a, const struct lane *b,
                 int row, const char *class, const struct words *words);
const char *channel_name(const struct picture *p, const struct event *e);
struct words value_words(struct picture *p, const struct event *e);
const char *duration(struct picture *p, double ns);
const char *clock_at(struct picture *p, double ns);

// ---- lanes.c ----------------------------------------------------------------

void set_up(struct picture *p, struct arena *memory, const struct run *run,
            int lanes, int row_height);
void free_picture(struct picture *p);

// ---- life.c -----------------------------------------------------------------

void draw_moment(struct picture *p, const struct event *e);
void draw_start(struct picture *p, const struct event *e);
void draw_done(struct picture *p, const struct event *e);
void draw_wait(struct picture *p, const struct event *e);
void draw_block(struct picture *p, const struct event *e);
void draw_resume(struct picture *p, const struct event *e);
void draw_stuck(struct picture *p, const struct event *e);
void draw_sleep(struct picture *p, const struct event *e);
void draw_wake(struct picture *p, const struct event *e);
void draw_instant(struct picture *p, const struct event *e);
void draw_end(struct picture *p, const struct event *e);
void draw_panic(struct picture *p, const struct event *e);

// ---- values.c ---------------------------------------------------------------

void draw_pass(struct picture *p, const struct event *e);
enum side side_towards(struct picture *p, const struct lane *a,
                       const struct lane *b);
int place_beside(struct picture *p, const struct lane *lane, int row,
                 const char *s, int beyond, struct put *at);
double label_left(const struct put *at, const struct lane *lane, const char *s);
void draw_put(struct picture *p, const struct event *e);
int place_end(struct picture *p, const struct lane *lane, int row,
              enum side side);
void draw_take(struct picture *p, const struct event *e);

// ---- closes.c ---------------------------------------------------------------

void draw_close(struct picture *p, const struct event *e);
void draw_closed(struct picture *p, const struct event *e);

// ---- frame.c ----------------------------------------------------------------

void frame_picture(struct picture *p, const char *title);

#endif
