/* trace-svg -- draw what the goroutines of a run did, in SVG.
 *
 *     trace-svg [TITLE] <EVENTS
 *
 * EVENTS are the lines that scripts/lib/trace-read.awk prints, sorted by time; their
 * format is described there. Without a TITLE the picture has the program's name.
 *
 * Each goroutine has a lane, and time runs downwards. A row is not a unit of
 * time: it holds one event, or several in different lanes that do not depend on
 * each other. What is drawn in a row reserves its width there, so nothing that
 * stands in a row can overlap: see place(). All widths are those of a monospaced
 * font.
 *
 * The file in order: memory and strings, the events, the rows, what can be drawn
 * (bars, arrows, labels), the order of the lanes, one draw_ function for each kind
 * of event, the frame with the names, the times and the legend.
 *
 * SPDX-License-Identifier: 0BSD
 */
#define _POSIX_C_SOURCE 200809L
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum {
    WIDTH = 760,
    HEIGHT = 700,
    FOOT = 84,
    GUTTER = 52,
    MARGIN = 8,
    BAR = 12
};
enum { LANES = 8, ARROWS = 25 }; // at most so many in a picture
enum { EVENTS = 3000 };          // no picture holds more; the rest is counted
enum { EARLY = 200 };            // widths are chosen by the values of so many
enum { FLOWS = 10 };             // the description names no more
static const double CELL = 7.3;  // of a font of 12 px, rounded up

// ---- memory and strings -----------------------------------------------------

static _Noreturn void fail(const char *what)
{
    fprintf(stderr, "trace-svg: %s\n", what);
    exit(1);
}

static void *checked(void *memory)
{
    if (!memory)
        fail("out of memory");
    return memory;
}

static void *zeroed(size_t n, size_t size)
{
    return checked(calloc(n ? n : 1, size));
}

// What is allocated here is freed when the picture is finished.
struct arena {
    struct block {
        struct block *before;
        char bytes[];
    } * last;
};

static char *reserve_bytes(struct arena *arena, size_t n)
{
    struct block *block = checked(malloc(sizeof *block + n));
    block->before = arena->last;
    arena->last = block;
    return block->bytes;
}

static char *first_bytes(struct arena *arena, const char *s, size_t n)
{
    char *copy = reserve_bytes(arena, n + 1);
    memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

static void free_arena(struct arena *arena)
{
    while (arena->last) {
        struct block *block = arena->last;
        arena->last = block->before;
        free(block);
    }
}

// A text that grows.
struct text {
    char *s;
    size_t n, room;
};

static void make_room(struct text *t, size_t more)
{
    if (t->room - t->n > more)
        return;
    if (more > SIZE_MAX / 4 || t->room > SIZE_MAX / 4)
        fail("out of memory");
    t->room = 2 * t->room + more + 1000;
    t->s = checked(realloc(t->s, t->room));
}

static void add_bytes(struct text *t, const char *s, size_t n)
{
    make_room(t, n);
    memcpy(t->s + t->n, s, n);
    t->n += n;
    t->s[t->n] = '\0';
}

__attribute__((format(printf, 2, 3))) static void add(struct text *t,
                                                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n < 0)
        fail("a text is too long");
    make_room(t, (size_t)n);
    va_start(arguments, format);
    vsnprintf(t->s + t->n, (size_t)n + 1, format, arguments);
    va_end(arguments);
    t->n += (size_t)n;
}

__attribute__((format(printf, 2, 3))) static const char *string(
    struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (n < 0)
        fail("a text is too long");
    char *s = reserve_bytes(arena, (size_t)n + 1);
    va_start(arguments, format);
    vsnprintf(s, (size_t)n + 1, format, arguments);
    va_end(arguments);
    return s;
}

// A number with at most one decimal place, as short as it can be.
struct number {
    char s[32];
};

static struct number r1(double x)
{
    struct number number;
    int n = snprintf(number.s, sizeof number.s, "%.1f", x);
    if (n < 0 || n >= (int)sizeof number.s)
        fail("a coordinate is too large");
    if (number.s[n - 1] == '0')
        number.s[n - 2] = '\0';
    if (strcmp(number.s, "-0") == 0)
        strcpy(number.s, "0");
    return number;
}

static double max(double a, double b)
{
    return a > b ? a : b;
}

static double min(double a, double b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

// Text is UTF-8. A letter is a byte and the continuation bytes behind it.
static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t letter_length(const char *s)
{
    size_t n = 1;
    if (!is_continuation(s[0]))
        while (is_continuation(s[n]))
            n++;
    return n;
}

// The letters from U+3000 on are taken to be two cells wide.
static int letter_cells(const char *s)
{
    unsigned char c = (unsigned char)s[0];
    if (is_continuation(s[0]))
        return 0;
    return c >= 0xE3 && c <= 0xF4 ? 2 : 1;
}

// How many cells wide. No picture is wider than a million: the count stops there.
static int cells(const char *s)
{
    int n = 0;
    for (; *s && n < 1000000; s++)
        n += letter_cells(s);
    return n;
}

// At most n cells of it. One letter stands for what is cut off: three dots would
// be wider.
static const char *cut(struct arena *arena, const char *s, int n)
{
    if (cells(s) <= n)
        return s;
    if (n < 1)
        return "";
    size_t end = 0;
    for (int used = 0; s[end]; end += letter_length(s + end)) {
        used += letter_cells(s + end);
        if (used > n - 1)
            break;
    }
    char *out = reserve_bytes(arena, end + sizeof "\u2026");
    memcpy(out, s, end);
    memcpy(out + end, "\u2026", sizeof "\u2026");
    return out;
}

static const char *xml(struct arena *arena, const char *s)
{
    static const char special[] = "&<>\"";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    struct text t = {0};
    add_bytes(&t, "", 0);
    for (; *s; s++) {
        const char *found = strchr(special, *s);
        const char *name = found ? names[found - special] : s;
        add_bytes(&t, name, found ? strlen(name) : 1);
    }
    const char *out = first_bytes(arena, t.s, t.n);
    free(t.s);
    return out;
}

static double wide(const char *s)
{
    return cells(s) * CELL;
}

static int fits(double width)
{
    return (int)(width / CELL);
}

static const char *plural(struct arena *arena, long n, const char *what)
{
    return string(arena, "%ld %s%s", n, what, n == 1 ? "" : "s");
}

// The last name in p->line or m.from[0].
static const char *short_name(const char *name)
{
    for (const char *s = name; *s; s++) {
        if (s[0] == '.')
            name = s + 1;
        if (s[0] == '-' && s[1] == '>')
            name = s + 2;
    }
    return name + strspn(name, "&*");
}

// ---- the events ---------------------------------------------------------------

enum kind {
    START,
    PASS,
    PUT,
    TAKE,
    CLOSE,
    CLOSED,
    DEFAULT,
    TIMEOUT,
    SLEEP,
    WAKE,
    DONE,
    WAIT,
    BLOCK,
    RESUME,
    STUCK,
    PANIC,
    END,
    UNKNOWN
};

static const char *const kind_names[] = {
    [START] = "start",     [PASS] = "pass",       [PUT] = "put",
    [TAKE] = "take",       [CLOSE] = "close",     [CLOSED] = "closed",
    [DEFAULT] = "default", [TIMEOUT] = "timeout", [SLEEP] = "sleep",
    [WAKE] = "wake",       [DONE] = "done",       [WAIT] = "wait",
    [BLOCK] = "block",     [RESUME] = "resume",   [STUCK] = "stuck",
    [PANIC] = "panic",     [END] = "end",
};

struct event {
    double time; // in nanoseconds
    enum kind kind;
    int lane, other;   // numbers of goroutines
    const char *what;  // a value, a duration, what it waits for
    const char *name;  // of the channel or the wait group
    const char *value; // of a value: its ID, CHANNEL.N
    int channel;       // an index into the picture's channels
    int put; // of a take: the index of the event that put it in, or -1
};

struct goroutine {
    int number;
    const char *name;
};

// So many values went from one goroutine to another.
struct flow {
    int from, to;
    long values;
};

// All that is known of a run. Nothing changes it once it has been read.
struct run {
    struct arena memory;
    const char *program;
    bool in_virtual_time;
    struct goroutine *goroutine;
    int goroutines;
    struct event *event;
    int n;
    const char **channel;
    int channels;
    struct flow flow[FLOWS];
    int flows;
    bool more_flows;
    long values, counts[UNKNOWN + 1];
};

static double number_in(const char *s)
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

static const char *name_of(const struct run *run, int number)
{
    for (int i = run->goroutines - 1; i >= 0; i--)
        if (run->goroutine[i].number == number)
            return run->goroutine[i].name;
    return "";
}

static enum kind kind_in(const char *s)
{
    for (int i = 0; i < UNKNOWN; i++)
        if (strcmp(s, kind_names[i]) == 0)
            return (enum kind)i;
    return UNKNOWN;
}

static void read_goroutine(struct run *run, int number, const char *name)
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
        read_goroutine(run, lane_in(field[LANE_AT]), field[WHAT_AT]);
    } else {
        read_event(run, field);
    }
}

static void read_run(struct run *run, FILE *in)
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

static void free_run(struct run *run)
{
    free(run->goroutine);
    free(run->event);
    free(run->channel);
    free_arena(&run->memory);
}

// ---- the picture --------------------------------------------------------------

enum look { NOTHING, RUNS, WAITS, SLEEPS, LOOKS };
static const char *const look_names[] = {"", "runs", "waits", "sleeps"};

enum side { LEFT, RIGHT };

// Texts that say the same, the longest first. The first that fits is shown.
struct words {
    const char *text[5]; // up to a NULL
};

struct lane {
    int number;       // of its goroutine; 0: there is none
    const char *name; // of its function
    int pos;          // the leftmost lane has 1
    double x;         // the middle of its bar
    const char *head[3];
    int head_lines;
    bool begun, gone;
    enum look look;
    double first, at; // the bar is known from here to here
    enum look
        piece; // the last piece of the bar begins at top and looks like this
    double top;
    bool ran;       // something has happened since it was last drawn
    int last;       // the row of the last event
    int started_in; // the row in which it starts others, or 0
    double go[2];   // that row's line reaches from here to there
    int busy[2];    // so many lines that are not level begin at this side
    int creator;
    struct words sleeping;   // what to write while it is asleep
    const char *waits_for;   // the name of a wait group
    const char *done_of;     // the same, when it is done
    int done_row[LANES + 1]; // where it told that lane
    int done;                // its last done, or -1
};

// Where a line begins that has been drawn to its end later.
struct put {
    int row; // 0: not drawn
    double x;
    enum side side;
};

struct channel {
    int last_put, last_take;
    bool known; // a value of it is among the early ones
    int tells;  // the first that is told of its close
    bool tells_too[LANES + 1], told[LANES + 1], slanting[LANES + 1];
    struct put close;
    struct {
        bool begun;
        double to,
            held; // a level line leads to here; the row is reserved to there
    } reach[2];
};

struct row {
    bool timed;
    double time;        // of the first event in it
    const char *moment; // of virtual time, that begins here
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
    int channels;              // among the early values
    bool full;
    int sent, arrows; // values on their way, and arrived
    double now;
    bool drawn[LOOKS], drew_ordinal;
    struct lane lane[LANES + 1]; // by the number of the goroutine
    struct channel *channel;
    struct put *put; // of each event
    int *waiter;     // of each event: who waits for this done, or 0
    struct row *row;
    struct span *span;
    size_t spans, room;
    struct text bars, marks, lines, heads, boxes;
};

// Lane 0 stands for all that are not in the picture: it never begins.
static bool is_shown(const struct picture *p, int number)
{
    return number >= 1 && number <= p->lanes;
}

static struct lane *lane_of(struct picture *p, int number)
{
    return &p->lane[is_shown(p, number) ? number : 0];
}

static bool is_alive(const struct lane *lane)
{
    return lane->begun && !lane->gone;
}

static enum side side_of(const struct lane *a, const struct lane *b)
{
    return b->pos > a->pos ? RIGHT : LEFT;
}

static enum side opposite(enum side side)
{
    return side == RIGHT ? LEFT : RIGHT;
}

// ---- rows ---------------------------------------------------------------------

static double y_of(const struct picture *p, int row)
{
    return p->top + p->row_height * (row - 0.5);
}

// The side of a lane's bar.
static double edge(const struct lane *lane, enum side side)
{
    return lane->x + (side == RIGHT ? BAR / 2 : -BAR / 2);
}

static bool is_free(const struct picture *p, int row, double from, double to)
{
    for (size_t i = 0; i < p->spans; i++) {
        const struct span *span = &p->span[i];
        if (span->row == row && from < span->to && span->from < to)
            return false;
    }
    return true;
}

static void reserve(struct picture *p, int row, double from, double to)
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

// The first row from `row` on where `from` to `to` is free, which is then
// reserved. After the last row there is none: 0, and the picture is full.
static int place(struct picture *p, int row, double from, double to)
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
static int place_across(struct picture *p, const struct lane *a,
                        const struct lane *b, int row)
{
    return place(p, row, min(a->x, b->x) - BAR / 2 - 2,
                 max(a->x, b->x) + BAR / 2 + 2);
}

// ---- bars -----------------------------------------------------------------------

// Draws the lane's bar down to y. What looks the same is one piece, which is drawn
// when it is known where it ends. NOTHING draws the last piece.
static void draw_bar(struct picture *p, struct lane *lane, double y,
                     enum look look)
{
    if (look != lane->piece && lane->at > lane->top) {
        add(&p->bars,
            "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%d\" height=\"%s\"/>\n",
            look_names[lane->piece], r1(lane->x - BAR / 2).s, r1(lane->top).s,
            BAR, r1(lane->at - lane->top).s);
        p->drawn[lane->piece] = true;
        lane->top = lane->at;
    }
    lane->piece = look;
    if (look != NOTHING)
        lane->at = max(lane->at, y);
}

// The lane has looked as it does since what came last. Before it fell asleep it
// ran a little.
static void draw_down_to(struct picture *p, struct lane *lane, double y)
{
    if (y <= lane->at)
        return;
    if (lane->look != RUNS && lane->ran)
        draw_bar(p, lane, min(lane->at + 6, y), RUNS);
    lane->ran = false;
    if (y > lane->at)
        draw_bar(p, lane, y, lane->look);
}

static void begin(struct picture *p, struct lane *lane, int row)
{
    lane->begun = true;
    lane->first = y_of(p, row) - 7;
    lane->at = lane->first;
    lane->top = lane->first;
    lane->look = RUNS;
    lane->piece = RUNS;
    lane->ran = true;
    lane->last = row;
}

// Something happened to the lane in that row, and it goes on.
static void go_on(struct picture *p, struct lane *lane, int row)
{
    draw_down_to(p, lane, y_of(p, row));
    lane->look = RUNS;
    lane->ran = true;
    lane->last = row;
    lane->started_in = 0;
}

// ---- lines and arrows -----------------------------------------------------------

// With a white rim, so that what it crosses seems to pass below.
static void draw_path(struct picture *p, const char *class, const char *path)
{
    add(&p->lines,
        "<path class=\"halo\" d=\"%s\"/><path class=\"%s\" d=\"%s\"/>\n", path,
        class, path);
}

static void draw_line(struct picture *p, const char *class, double x1,
                      double y1, double x2, double y2)
{
    draw_path(p, class,
              string(p->memory, "M%s %sL%s %s", r1(x1).s, r1(y1).s, r1(x2).s,
                     r1(y2).s));
}

// Newton's square root: the library of mathematics need not be linked.
static double root(double square)
{
    double n = square > 1 ? square : 1;
    for (int i = 0; i < 30; i++)
        n = (n + square / n) / 2;
    return n;
}

// The head of an arrow at x2, y2, which comes from x1, y1: filled, or open.
static void draw_head(struct picture *p, const char *class, double x1,
                      double y1, double x2, double y2)
{
    double dx = x2 - x1, dy = y2 - y1, n = root(dx * dx + dy * dy);
    dx /= n;
    dy /= n;
    double x = x2 - 9 * dx, y = y2 - 9 * dy;
    add(&p->heads, "<path class=\"%s\" d=\"M%s %sL%s %sL%s %s%s\"/>\n", class,
        r1(x - 4 * dy).s, r1(y + 4 * dx).s, r1(x2).s, r1(y2).s,
        r1(x + 4 * dy).s, r1(y - 4 * dx).s,
        strcmp(class, "head") == 0 ? "Z" : "");
}

// ---- labels -----------------------------------------------------------------------

// The width of a label with this text.
static double box(const char *s)
{
    return wide(s) + 6;
}

// A text in a box of its own, the left side of which is given.
static void draw_label(struct picture *p, const char *s, double left, double y,
                       const char *class)
{
    add(&p->boxes,
        "<rect class=\"box%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"15\" "
        "rx=\"3\"/><text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>\n",
        strcmp(class, "value") == 0 ? " framed" : "", r1(left).s, r1(y - 7.5).s,
        r1(box(s)).s, class, r1(left + 3).s, r1(y + 4).s, xml(p->memory, s));
    p->right = max(p->right, left + wide(s) + 6);
}

// How many cells there are beside a lane, before the next one begins.
static int beside(const struct picture *p, const struct lane *lane,
                  enum side side)
{
    double width = p->space - BAR;
    if (side == RIGHT && lane->pos >= p->lanes)
        width = WIDTH - lane->x - BAR / 2 - MARGIN;
    if (side == LEFT && lane->pos <= 1)
        width = lane->x - GUTTER - BAR / 2;
    return fits(width - 14);
}

static const char *shortest(const struct words *words)
{
    int i = 0;
    while (words->text[i + 1])
        i++;
    return words->text[i];
}

// The first of the texts that fits into n cells, or as much as fits of the last.
static const char *fitting(const struct picture *p, const struct words *words,
                           int n)
{
    int i = 0;
    while (words->text[i + 1] && cells(words->text[i]) > n)
        i++;
    return cut(p->memory, words->text[i], n);
}

// On which side of the lane are words to stand? To the right, but not where lines
// begin that are not level, nor where the shortest of the texts does not fit.
static enum side better_side(const struct picture *p, const struct lane *lane,
                             const struct words *words)
{
    int n = cells(shortest(words));
    if (lane->busy[RIGHT] < 1 && beside(p, lane, RIGHT) >= n)
        return RIGHT;
    if (lane->busy[LEFT] < 1 && beside(p, lane, LEFT) >= n)
        return LEFT;
    return lane->pos == 1 || beside(p, lane, RIGHT) >= n ? RIGHT : LEFT;
}

// Words beside the lane, in the first row where they fit. Returns the row.
static int draw_note(struct picture *p, const struct lane *lane, int row,
                     const struct words *words, const char *class)
{
    enum side side = better_side(p, lane, words);
    const char *s = fitting(p, words, beside(p, lane, side));
    double left = edge(lane, side) + 4;
    if (side == LEFT)
        left = edge(lane, side) - 4 - box(s);
    if (side == RIGHT)
        row = place(p, row, edge(lane, LEFT) - 1, left + box(s));
    else
        row = place(p, row, left, edge(lane, RIGHT) + 1);
    if (row)
        draw_label(p, s, left, y_of(p, row), class);
    return row;
}

// An event of one lane alone: a dot, and words beside it.
static void draw_happening(struct picture *p, struct lane *lane, int row,
                           const struct words *words)
{
    row = draw_note(p, lane, row, words, "word");
    if (!row)
        return;
    go_on(p, lane, row);
    add(&p->marks, "<circle class=\"dot\" cx=\"%s\" cy=\"%s\" r=\"3\"/>\n",
        r1(lane->x).s, r1(y_of(p, row)).s);
}

// A value stands beside its lane, and reaches from there to x.
static void remember_label(struct picture *p, const struct lane *lane, int row,
                           double x)
{
    p->row[row].labelled[lane->number] = true;
    p->row[row].label_ends[lane->number] = x;
}

// A level line from lane a to lane b, with words in the first gap.
static void draw_across(struct picture *p, const struct lane *a,
                        const struct lane *b, int row, const char *class,
                        const struct words *words)
{
    enum side side = side_of(a, b);
    bool is_value = strcmp(class, "value-line") == 0;
    bool adjacent = abs(a->pos - b->pos) == 1;
    double gap = p->space - BAR, y = y_of(p, row);
    double x1 = edge(a, side), x2 = edge(b, opposite(side));
    const char *s = fitting(p, words, fits(gap - (adjacent ? 24 : 14)));
    draw_line(p, class, x1, y, x2, y);
    draw_head(p, is_value ? "head" : "open", x1, y, x2, y);
    if (!*s)
        return;
    double left = (gap - (adjacent ? 9 : 0) - box(s)) / 2;
    // Where lines begin that are not level it stands with their values.
    if (is_value && a->busy[side] > 0)
        left = 7;
    left = side == RIGHT ? x1 + left : x1 - left - box(s);
    draw_label(p, s, left, y, is_value ? "value" : "quiet");
    if (is_value)
        remember_label(p, a, row, side == RIGHT ? left + box(s) : left);
}

// ---- what to write beside it ----------------------------------------------------

// A value goes without the name of its channel if that would not fit.
static bool is_too_long(const struct picture *p, const char *name)
{
    int room = fits(p->space - BAR - 30);
    for (int i = 0; i < smaller(p->run->n, EARLY); i++) {
        const struct event *e = &p->run->event[i];
        if ((e->kind == PASS || e->kind == PUT) &&
            strcmp(short_name(e->name), name) == 0 &&
            cells(name) + 2 + cells(e->what) > room)
            return true;
    }
    return false;
}

// The value, or where it has none that can be shown which one it is.
static struct words value_words(struct picture *p, const struct event *e)
{
    const char *name = short_name(e->name);
    if (!*e->what || strncmp(e->what, "0x", 2) == 0) {
        const char *ordinal = e->value + strcspn(e->value, ".");
        ordinal += *ordinal == '.';
        p->drew_ordinal = true;
        return (struct words){{string(p->memory, "%s #%s", name, ordinal),
                               string(p->memory, "#%s", ordinal)}};
    }
    if (p->channels > 1 && !is_too_long(p, name))
        return (struct words){{string(p->memory, "%s: %s", name, e->what)}};
    return (struct words){{e->what}};
}

// 5 ms, 250 us; under a seed no less than a millisecond passes.
static const char *duration(struct picture *p, double ns)
{
    if (p->run->in_virtual_time)
        return string(p->memory, "%lld ms", (long long)(ns / 1000000 + 0.5));
    if (ns >= 10000000)
        return string(p->memory, "%.0f ms", ns / 1000000);
    if (ns >= 1000000)
        return string(p->memory, "%.1f ms", ns / 1000000);
    return string(p->memory, "%.0f us", ns / 1000);
}

static const char *clock_at(struct picture *p, double ns)
{
    if (p->run->in_virtual_time)
        return string(p->memory, "%lld", (long long)(ns / 1000000));
    int places = ns >= 100000000 ? 0 : ns >= 10000000 ? 1 : 2;
    return string(p->memory, "%.*f", places, ns / 1000000);
}

// ---- the order of the lanes -----------------------------------------------------

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

// ---- a new picture --------------------------------------------------------------

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
static void set_up(struct picture *p, struct arena *memory,
                   const struct run *run, int lanes, int row_height)
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

static void free_picture(struct picture *p)
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

// ---- a moment, a start ----------------------------------------------------------

static bool is_asleep(const struct lane *lane)
{
    return is_alive(lane) && lane->sleeping.text[0];
}

// Those that are asleep say so in a row of their own; false if there are none.
static bool draw_sleepers(struct picture *p)
{
    int asleep = 0, row = p->rows + 1;
    for (int i = 1; i <= p->lanes; i++)
        asleep += is_asleep(&p->lane[i]);
    if (!asleep)
        return false;
    p->floor = row;
    for (int i = 1; i <= p->lanes && !p->full; i++) {
        struct lane *lane = &p->lane[i];
        if (!is_asleep(lane))
            continue;
        draw_note(p, lane, row, &lane->sleeping, "quiet");
        lane->sleeping = (struct words){{NULL}};
    }
    return true;
}

// In virtual time nothing of a later moment stands higher than an earlier one. For
// those who only wait there is an empty row.
static void draw_moment(struct picture *p, const struct event *e)
{
    bool is_empty = e->kind == TIMEOUT || (e->kind == TAKE && !e->other);
    bool asleep = draw_sleepers(p);
    if (p->full)
        return;
    if (is_empty && !asleep)
        p->rows++;
    p->floor = p->rows + 1;
    p->row[p->floor].moment = clock_at(p, p->now);
}

static const struct words go_words = {{"go"}};

// Makes the line from a, which starts some in that row, reach b too.
static bool extend_start(struct picture *p, struct lane *a,
                         const struct lane *b, int row)
{
    enum side side = side_of(a, b);
    double from = a->go[side], to = edge(b, opposite(side)), y = y_of(p, row);
    if (side == RIGHT ? b->x > from : b->x < from) {
        double left = side == RIGHT ? from + BAR + 3 : to - BAR - 2;
        double right = side == RIGHT ? to + BAR + 2 : from - BAR - 3;
        if (!is_free(p, row, left, right))
            return false;
        reserve(p, row, left, right);
        if (from == edge(a, side))
            draw_across(p, a, b, row, "thin", &go_words);
        else
            draw_line(p, "thin", from, y, to, y);
        a->go[side] = to;
    }
    draw_head(p, "open", a->x, y, to, y);
    return true;
}

// A goroutine that starts several does it in one row, if there is room.
static int draw_go(struct picture *p, struct lane *a, const struct lane *b)
{
    int row = a->started_in;
    if (row && row >= p->floor && extend_start(p, a, b, row))
        return row;
    row = place_across(p, a, b, a->last + 1);
    if (!row)
        return 0;
    go_on(p, a, row);
    a->started_in = row;
    a->go[LEFT] = min(edge(a, LEFT), edge(b, RIGHT));
    a->go[RIGHT] = max(edge(a, RIGHT), edge(b, LEFT));
    draw_across(p, a, b, row, "thin", &go_words);
    return row;
}

static void draw_start(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->other), *b = lane_of(p, e->lane);
    int row;
    if (!b->number || b->begun)
        return;
    b->creator = e->other;
    if (is_alive(a))
        row = draw_go(p, a, b);
    else
        row = place(p, 1, b->x - BAR, b->x + BAR);
    if (row)
        begin(p, b, row);
}

// ---- values ---------------------------------------------------------------------

// The picture is full when so many have been drawn.
static bool may_send(struct picture *p)
{
    if (p->sent == ARROWS)
        p->full = true;
    return !p->full;
}

static void draw_pass(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane), *b = lane_of(p, e->other);
    if (!is_alive(a) || !is_alive(b) || a == b) {
        a->look = RUNS;
        b->look = RUNS;
        return;
    }
    if (!may_send(p))
        return;
    int row = place_across(p, a, b, larger(a->last, b->last) + 1);
    if (!row)
        return;
    go_on(p, a, row);
    go_on(p, b, row);
    struct words words = value_words(p, e);
    draw_across(p, a, b, row, "value-line", &words);
    p->arrows++;
    p->sent++;
}

// Where something is to stand that leads from a to b; without b where there is room.
static enum side side_towards(struct picture *p, const struct lane *a,
                              const struct lane *b)
{
    if (b->number && b != a)
        return side_of(a, b);
    return beside(p, a, RIGHT) > 4 ? RIGHT : LEFT;
}

// Places a label beside the lane, and as much beyond it; `at` says where.
static int place_beside(struct picture *p, const struct lane *lane, int row,
                        const char *s, int beyond, struct put *at)
{
    double x = edge(lane, at->side);
    if (at->side == RIGHT) {
        at->x = x + 7 + box(s);
        at->row = place(p, row, edge(lane, LEFT) - 2, at->x + beyond);
    } else {
        at->x = x + (-7 - box(s));
        at->row = place(p, row, at->x - beyond, edge(lane, RIGHT) + 2);
    }
    return at->row;
}

// The left side of the label that stands there.
static double label_left(const struct put *at, const struct lane *lane,
                         const char *s)
{
    return at->side == RIGHT ? edge(lane, RIGHT) + 7
                             : edge(lane, LEFT) + (-7 - box(s));
}

// A value that goes into a buffer stands beside its sender, and a line leads from
// there to the receiver. That is drawn when the value is taken.
static void draw_put(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane), *b = lane_of(p, e->other);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(a) || !may_send(p))
        return;
    struct put at = {.side = side_towards(p, a, b)};
    struct words words = value_words(p, e);
    const char *s = fitting(p, &words, beside(p, a, at.side) - 1);
    int row = larger(a->last + 1, c->last_put);
    if (a->look == WAITS)
        row = larger(row, c->last_take);
    row = place_beside(p, a, row, s, 4, &at);
    if (!row)
        return;
    go_on(p, a, row);
    p->sent++;
    a->busy[at.side] += b->number != 0;
    c->last_put = row;
    double left = label_left(&at, a, s);
    draw_line(p, "value-line stub", edge(a, at.side), y_of(p, row),
              at.side == RIGHT ? left : left + box(s), y_of(p, row));
    draw_label(p, s, left, y_of(p, row), "value");
    p->put[e - p->run->event] = at;
    remember_label(p, a, row, at.x);
}

// Where a line from x1 to x2 has to bend, not to pass behind what stands beside
// the lane in the rows between.
static double round_labels(const struct picture *p, const struct lane *a,
                           const struct put *from, double x2, int end)
{
    double x1 = from->x, bend = x1;
    for (int k = from->row + 1; k < end; k++) {
        double label = p->row[k].label_ends[a->number];
        double x = x1 + (x2 - x1) * (k - from->row - 0.4) / (end - from->row);
        if (!p->row[k].labelled[a->number])
            continue;
        if (x2 > x1 ? x < label : x > label)
            bend = x2 > x1 ? max(bend, label) : min(bend, label);
    }
    return bend;
}

// A goroutine takes its own value: the line leads out of the far end of the label,
// round what stands below, and back.
static void draw_loop(struct picture *p, const struct put *from, double x2,
                      int row)
{
    double x1 = from->x, y1 = y_of(p, from->row), y2 = y_of(p, row);
    double bulge = row - from->row > 1 ? 50 : 24;
    if (from->side == LEFT)
        bulge = -bulge;
    draw_path(p, "value-line",
              string(p->memory, "M%s %sC%s %s %s %s %s %s", r1(x1).s, r1(y1).s,
                     r1(x1 + bulge).s, r1(y1 + 4).s, r1(x1 + bulge).s, r1(y2).s,
                     r1(x2).s, r1(y2).s));
    draw_head(p, "head", x1, y2, x2, y2);
}

static void draw_value_line(struct picture *p, const struct lane *a,
                            const struct put *from, double x2, int row)
{
    double bend = round_labels(p, a, from, x2, row);
    double x1 = from->x, y1 = y_of(p, from->row), y2 = y_of(p, row);
    if (bend == x1)
        draw_line(p, "value-line", x1, y1, x2, y2);
    else
        draw_path(p, "value-line",
                  string(p->memory, "M%s %sL%s %sL%s %s", r1(x1).s, r1(y1).s,
                         r1(bend).s, r1(y1).s, r1(x2).s, r1(y2).s));
    draw_head(p, "head", bend, y1, x2, y2);
}

// The side says from where the line comes: there its head needs room.
static int place_end(struct picture *p, const struct lane *lane, int row,
                     enum side side)
{
    if (side == RIGHT)
        return place(p, row, edge(lane, LEFT) - 2, edge(lane, RIGHT) + 14);
    return place(p, row, edge(lane, LEFT) - 14, edge(lane, RIGHT) + 2);
}

static void draw_buffered(struct picture *p, const struct event *e,
                          const struct put *from)
{
    struct lane *a = lane_of(p, e->other), *b = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    int row = larger(larger(b->last + 1, c->last_take), from->row + 1);
    enum side side = a == b ? from->side : opposite(from->side);
    row = place_end(p, b, row, side);
    if (!row)
        return;
    go_on(p, b, row);
    a->busy[from->side]--;
    c->last_take = row;
    if (a == b)
        draw_loop(p, from, edge(b, side), row);
    else
        draw_value_line(p, a, from, edge(b, side), row);
    p->arrows++;
}

static void draw_take(struct picture *p, const struct event *e)
{
    struct lane *b = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(b))
        return;
    if (!e->other) { // of a timer
        const char *name = short_name(e->name);
        draw_happening(
            p, b, larger(b->last + 1, c->last_take),
            &(struct words){{string(p->memory, "%s: time is up", name),
                             "time is up", "time up", "rings"}});
    } else if (e->put >= 0 && p->put[e->put].row) {
        draw_buffered(p, e, &p->put[e->put]);
    } else {
        b->look = RUNS;
    }
}

// ---- closes ---------------------------------------------------------------------

// Does the close of this channel tell that lane?
static bool does_tell(const struct channel *c, const struct lane *b)
{
    return c->tells_too[b->number] && is_alive(b);
}

// Better some rows lower, if a level line can reach all that it tells from there.
// Otherwise the lines to them are not level.
static int lower_row(struct picture *p, const struct channel *c,
                     const struct lane *a, int row)
{
    double from = a->x, to = a->x;
    for (int i = 1; i <= p->lanes; i++) {
        const struct lane *b = &p->lane[i];
        if (!does_tell(c, b))
            continue;
        from = min(from, b->x);
        to = max(to, b->x);
    }
    for (int low = row; low < row + 3 && low <= p->last_row; low++)
        if (is_free(p, low, from - BAR, to + BAR))
            return low;
    return 0;
}

static void slant(struct picture *p, struct channel *c, struct lane *a)
{
    for (int i = 1; i <= p->lanes; i++) {
        const struct lane *b = &p->lane[i];
        if (!does_tell(c, b))
            continue;
        a->busy[side_of(a, b)]++;
        c->slanting[i] = true;
    }
}

// Not where the lines of its values begin, if there is room.
static const char *close_text(struct picture *p, const struct event *e,
                              const struct lane *a, enum side *side)
{
    struct words words = {{"close"}};
    if (p->channels > 1)
        words = (struct words){
            {string(p->memory, "close %s", short_name(e->name)), "close"}};
    if (a->busy[*side] > 0) {
        if (beside(p, a, opposite(*side)) > 5)
            *side = opposite(*side);
        else
            words = (struct words){{"close"}};
    }
    return fitting(p, &words, larger(beside(p, a, *side) - 3, 5));
}

static void draw_close(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(a))
        return;
    struct put at = {.side = side_towards(p, a, lane_of(p, c->tells))};
    const char *s = close_text(p, e, a, &at.side);
    int row = larger(larger(a->last + 1, c->last_put), p->floor);
    int low = lower_row(p, c, a, row);
    if (!low)
        slant(p, c, a);
    row = place_beside(p, a, low ? low : row, s, 2, &at);
    if (!row)
        return;
    go_on(p, a, row);
    add(&p->marks, "<path class=\"close\" d=\"M%s %sh%d\"/>\n",
        r1(edge(a, LEFT) - 3).s, r1(y_of(p, row)).s, BAR + 6);
    draw_label(p, s, label_left(&at, a, s), y_of(p, row), "word");
    c->close = at;
}

// Makes the level line from a, which closed the channel, reach b.
static bool draw_told_at_once(struct picture *p, struct channel *c,
                              const struct lane *a, const struct lane *b)
{
    enum side side = side_of(a, b);
    int row = c->close.row;
    double x2 = edge(b, opposite(side)), y = y_of(p, row);
    if (!c->reach[side].begun) {
        double x = side == c->close.side ? c->close.x : edge(a, side);
        c->reach[side].begun = true;
        c->reach[side].to = x;
        c->reach[side].held = x + (side == RIGHT ? 2 : -2);
    }
    double x1 = c->reach[side].to, held = c->reach[side].held;
    if (side == RIGHT ? x2 > x1 : x2 < x1) {
        double from = side == RIGHT ? held : x2 - BAR - 2;
        double to = side == RIGHT ? x2 + BAR + 2 : held;
        if (!is_free(p, row, from, to))
            return false;
        reserve(p, row, from, to);
        draw_line(p, "dashed", x1, y, x2, y);
        c->reach[side].to = x2;
        c->reach[side].held = side == RIGHT ? to : from;
    }
    draw_head(p, "open", a->x, y, x2, y);
    return true;
}

// A line that is not level. Returns the row in which it ends.
static int draw_told_later(struct picture *p, const struct channel *c,
                           const struct lane *a, const struct lane *b, int row)
{
    enum side side = side_of(a, b);
    double x1 = side == c->close.side ? c->close.x : edge(a, side);
    double x2 = edge(b, opposite(side)), y1 = y_of(p, c->close.row);
    row = place_end(p, b, larger(row, c->close.row + 1), opposite(side));
    if (!row)
        return 0;
    draw_line(p, "dashed", x1, y1, x2, y_of(p, row));
    draw_head(p, "open", x1, y1, x2, y_of(p, row));
    return row;
}

static void draw_closed(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->other), *b = lane_of(p, e->lane);
    struct channel *c = &p->channel[e->channel];
    if (!is_alive(b))
        return;
    if (e->other > p->lanes) {
        b->look = RUNS;
        return;
    }
    int low = larger(b->last + 1, c->last_take), row = c->close.row;
    if (a == b || !row || c->told[b->number]) {
        draw_happening(p, b, low, &(struct words){{"closed"}});
        return;
    }
    c->told[b->number] = true;
    a->busy[side_of(a, b)] -= c->slanting[b->number];
    if (low > row || row < p->floor || !draw_told_at_once(p, c, a, b))
        row = draw_told_later(p, c, a, b, low);
    if (row)
        go_on(p, b, row);
}

// ---- wait groups ----------------------------------------------------------------

// The lane that waits for this done. The trace says so if this was the last, or the
// name does. wg_go() may name the function instead.
static struct lane *waiter_for(struct picture *p, const struct event *e)
{
    int waiter = p->waiter[e - p->run->event];
    struct lane *a = lane_of(p, e->lane), *creator = lane_of(p, a->creator);
    if (waiter)
        return lane_of(p, waiter);
    for (int i = 1; i <= p->lanes; i++) {
        struct lane *b = &p->lane[i];
        if (b != a && is_alive(b) &&
            strcmp(b->waits_for, short_name(e->name)) == 0)
            return b;
    }
    if (strcmp(e->name, a->name) == 0 && *creator->waits_for)
        return creator;
    return lane_of(p, 0);
}

static void draw_done(struct picture *p, const struct event *e)
{
    struct lane *a = lane_of(p, e->lane), *b = waiter_for(p, e);
    if (!is_alive(a))
        return;
    a->done_of = e->name;
    if (!is_alive(b))
        return;
    int row = place_across(p, a, b, larger(a->last, b->last) + 1);
    if (!row)
        return;
    go_on(p, a, row);
    draw_across(p, a, b, row, "thin dotted", &(struct words){{"done"}});
    b->last = row;
    a->done_row[b->number] = row;
}

// Need this lane not wait any more for that one?
static bool is_done_for(const struct lane *other, const struct lane *lane,
                        const char *name)
{
    if (!other->done_of)
        return false;
    if (strcmp(short_name(other->done_of), short_name(name)) == 0)
        return true;
    return strcmp(other->done_of, other->name) == 0 &&
           other->creator == lane->number;
}

static void draw_wait(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    lane->waits_for = "";
    if (!is_alive(lane))
        return;
    for (int i = 1; i <= p->lanes; i++)
        if (is_done_for(&p->lane[i], lane, e->name))
            lane->last = larger(lane->last, p->lane[i].last);
    int row = lane_of(p, e->other)->done_row[lane->number];
    if (!row && lane->look == WAITS)
        row = place(p, lane->last + 1, lane->x - BAR, lane->x + BAR);
    if (row)
        go_on(p, lane, row);
}

// ---- waiting, sleeping, the end -------------------------------------------------

static void draw_block(struct picture *p, const struct event *e)
{
    static const char wait_group[] = "wait group ";
    static const struct words words = {{"waits for all", "wait all", "waits"}};
    struct lane *lane = lane_of(p, e->lane);
    size_t n = strlen(wait_group);
    if (!is_alive(lane))
        return;
    if (strncmp(e->what, wait_group, n) == 0) {
        lane->waits_for = short_name(e->what + n);
        draw_down_to(p, lane, y_of(p, lane->last));
        int row = draw_note(p, lane, lane->last + 1, &words, "quiet");
        if (!row)
            return;
        lane->last = row;
    }
    lane->look = WAITS;
}

static void draw_resume(struct picture *p, const struct event *e)
{
    lane_of(p, e->lane)->look = RUNS;
}

static void draw_stuck(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    lane->look = WAITS;
    struct words words = {{string(p->memory, "%s: forever", e->what),
                           "waits forever", "forever"}};
    int row = draw_note(p, lane, lane->last + 1, &words, "word");
    if (row)
        lane->last = row;
    p->bottom = larger(p->bottom, row + 1);
}

static void draw_sleep(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    const char *time = duration(p, number_in(e->what));
    lane->sleeping =
        (struct words){{string(p->memory, "sleeps %s", time),
                        string(p->memory, "sleep %s", time), time, "zzz"}};
    lane->look = SLEEPS;
    if (p->run->in_virtual_time)
        return;
    int row = draw_note(p, lane, lane->last + 1, &lane->sleeping, "quiet");
    if (row)
        lane->last = row;
}

static void draw_wake(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    double y = y_of(p, p->floor);
    if (p->run->in_virtual_time)
        y = p->top + p->row_height * (p->floor - 1);
    lane->sleeping = (struct words){{NULL}};
    draw_down_to(p, lane, max(y, lane->at));
    lane->look = RUNS;
    lane->ran = true;
}

static void draw_instant(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (is_alive(lane))
        draw_happening(p, lane, lane->last + 1,
                       &(struct words){{kind_names[e->kind]}});
}

static void draw_end(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    double y = max(y_of(p, lane->last), lane->at) + 8;
    draw_down_to(p, lane, y);
    add(&p->marks, "<path class=\"end\" d=\"M%s %sh%d\"/>\n",
        r1(edge(lane, LEFT) - 4).s, r1(y).s, BAR + 8);
    lane->gone = true;
    p->rows = larger(p->rows, lane->last);
}

static void draw_panic(struct picture *p, const struct event *e)
{
    struct lane *lane = lane_of(p, e->lane);
    if (!is_alive(lane))
        return;
    struct words words = {{"panic"}};
    int row = draw_note(p, lane, lane->last + 1, &words, "strong");
    if (!row)
        return;
    go_on(p, lane, row);
    add(&p->marks, "<path class=\"end\" d=\"M%s %sl14 14m0 -14l-14 14\"/>\n",
        r1(lane->x - 7).s, r1(y_of(p, row) - 7).s);
    lane->gone = true;
}

// ---- all events -----------------------------------------------------------------

static void draw_event(struct picture *p, const struct event *e)
{
    static void (*const draw[])(struct picture *, const struct event *) = {
        [START] = draw_start,     [PASS] = draw_pass,
        [PUT] = draw_put,         [TAKE] = draw_take,
        [CLOSE] = draw_close,     [CLOSED] = draw_closed,
        [DEFAULT] = draw_instant, [TIMEOUT] = draw_instant,
        [SLEEP] = draw_sleep,     [WAKE] = draw_wake,
        [DONE] = draw_done,       [WAIT] = draw_wait,
        [BLOCK] = draw_block,     [RESUME] = draw_resume,
        [STUCK] = draw_stuck,     [PANIC] = draw_panic,
        [END] = draw_end,
    };
    if (e->kind != UNKNOWN)
        draw[e->kind](p, e);
}

// What still runs goes on below the picture.
static void draw_rest(struct picture *p)
{
    double y = p->top + p->row_height * p->rows;
    for (int i = 1; i <= p->lanes; i++) {
        struct lane *lane = &p->lane[i];
        if (is_alive(lane))
            draw_down_to(p, lane, y + 2);
        if (is_alive(lane) && p->full)
            add(&p->marks, "<path class=\"dots\" d=\"M%s %sv13\"/>\n",
                r1(lane->x).s, r1(y + 5).s);
        if (lane->begun)
            draw_bar(p, lane, 0, NOTHING);
    }
}

static void draw_run(struct picture *p)
{
    long long was = 0;
    begin(p, &p->lane[1], 1);
    p->lane[1].last = 0;
    p->row[1].moment = clock_at(p, 0);
    for (int i = 0; i < p->run->n && !p->full; i++) {
        const struct event *e = &p->run->event[i];
        p->now = e->time;
        long long moment = (long long)(p->now / 1000000);
        bool seen = is_shown(p, e->lane) || is_shown(p, e->other);
        if (p->run->in_virtual_time && moment != was && seen) {
            draw_moment(p, e);
            was = moment;
        }
        if (!p->full)
            draw_event(p, e);
    }
    if (!p->full)
        p->rows = larger(p->rows, p->bottom);
    draw_rest(p);
}

// How many lanes are there to be seen? They are in the order of their numbers.
static int used_lanes(const struct picture *p)
{
    int n = p->lanes;
    while (n > 1 && !p->lane[n].begun)
        n--;
    return n;
}

static void redraw(struct picture *p, int lanes, int row_height)
{
    struct arena *memory = p->memory;
    const struct run *run = p->run;
    free_picture(p);
    set_up(p, memory, run, lanes, row_height);
    draw_run(p);
}

// With lower rows there is room for a little more of it, and lanes in which
// nothing happens leave room for the others.
static void draw_picture(struct picture *p, struct arena *memory,
                         const struct run *run)
{
    int height = 20;
    set_up(p, memory, run, run->goroutines, height);
    draw_run(p);
    if (p->full && p->sent < ARROWS && p->rows == p->last_row) {
        height = 18;
        redraw(p, run->goroutines, height);
    }
    if (used_lanes(p) < p->lanes)
        redraw(p, used_lanes(p), height);
}

// ---- the frame ------------------------------------------------------------------

struct frame {
    struct picture *p;
    int width;
    double height;
    double x, y; // where the legend goes on
    struct text names, times, rest, legend;
};

static void write_names(struct frame *f)
{
    const struct picture *p = f->p;
    int high = 15 * p->heads_high;
    for (int i = 1; i <= p->lanes; i++) {
        const struct lane *lane = &p->lane[i];
        add(&f->names,
            "<rect class=\"name\" x=\"%s\" y=\"8\" width=\"%s\" height=\"%d\" "
            "rx=\"5\"/>\n",
            r1(lane->x - p->space / 2 + 4).s, r1(p->space - 8).s, high + 6);
        for (int k = 0; k < lane->head_lines; k++) {
            double above = (high - 15 * lane->head_lines) / 2.0;
            add(&f->names,
                "<text class=\"title\" x=\"%s\" y=\"%s\">%s</text>\n",
                r1(lane->x).s, r1(8 + 3 + above + 15 * (k + 1) - 3.5).s,
                xml(p->memory, lane->head[k]));
        }
        if (lane->begun)
            add(&f->names, "<path class=\"hair\" d=\"M%s %dV%s\"/>\n",
                r1(lane->x).s, 8 + high + 6, r1(lane->first).s);
    }
}

// What the column of times says beside that row, or nothing.
static const char *time_of_row(struct picture *p, int row)
{
    if (p->run->in_virtual_time)
        return p->row[row].moment;
    return p->row[row].timed ? clock_at(p, p->row[row].time) : NULL;
}

static void write_times(struct frame *f)
{
    struct picture *p = f->p;
    const char *before = "";
    add(&f->times, "<text class=\"time\" x=\"%d\" y=\"%s\">ms</text>\n",
        GUTTER - 8, r1(8 + 15 * p->heads_high / 2.0 + 7).s);
    for (int row = 1; row <= p->rows; row++) {
        const char *time = time_of_row(p, row);
        double y = y_of(p, row);
        if (!time || strcmp(time, before) == 0)
            continue;
        before = time;
        if (p->run->in_virtual_time && row > 1)
            add(&f->times, "<path class=\"moment\" d=\"M%d %sH%d\"/>\n", 6,
                r1(y - p->row_height / 2.0).s, f->width - 6);
        add(&f->times, "<text class=\"time\" x=\"%d\" y=\"%s\">%s</text>\n",
            GUTTER - 8, r1(y + 4).s, time);
    }
}

// What the picture leaves out.
static const char *missing(const struct picture *p)
{
    const struct run *run = p->run;
    long values = run->values - p->arrows;
    int goroutines = run->goroutines - p->lanes;
    const char *more_values = plural(p->memory, values, "more value");
    const char *more = plural(p->memory, goroutines, "more goroutine");
    if (values > 0 && goroutines > 0)
        return string(p->memory, "... %s and %s", more_values, more);
    if (values > 0)
        return string(p->memory, "... %s", more_values);
    if (goroutines > 0)
        return string(p->memory, "... %s", more);
    return p->full ? "... and so on" : "";
}

static void write_rest(struct frame *f)
{
    const char *rest = missing(f->p);
    if (f->p->full)
        f->height += 12;
    if (!*rest)
        return;
    add(&f->rest, "<text class=\"word\" x=\"%d\" y=\"%s\">%s</text>\n", GUTTER,
        r1(f->height + 4).s, rest);
    f->height += 18;
}

// One entry of the legend, in the next place that is free.
static void write_entry(struct frame *f, const char *drawing, const char *text)
{
    double width = 26 + wide(text) + 14;
    if (f->x > 12 && f->x + width > f->width - 4) {
        f->x = 12;
        f->y += 18;
    }
    add(&f->legend,
        "<g transform=\"translate(%s %s)\">%s<text class=\"quiet\" x=\"26\" "
        "y=\"4\">%s</text></g>\n",
        r1(f->x).s, r1(f->y).s, drawing, text);
    f->x += width;
}

static void write_legend(struct frame *f)
{
    static const char *const text[] = {"", "runs", "waits", "asleep"};
    const struct picture *p = f->p;
    f->x = 12;
    f->y = f->height + 6;
    for (int i = RUNS; i < LOOKS; i++)
        if (p->drawn[i])
            write_entry(f,
                        string(p->memory,
                               "<rect class=\"%s\" x=\"0\" y=\"-6\" "
                               "width=\"20\" height=\"12\"/>",
                               look_names[i]),
                        text[i]);
    if (p->arrows)
        write_entry(f,
                    "<path class=\"value-line\" d=\"M0 0H20\"/>"
                    "<path class=\"head\" d=\"M12 -4L20 0L12 4Z\"/>",
                    "a value");
    if (p->drew_ordinal)
        write_entry(f, "<text class=\"value\" y=\"4\">#1</text>",
                    "the first of its channel");
    f->height = f->y + 14;
}

// ---- the description ------------------------------------------------------------

static void describe_flows(struct text *t, const struct run *run)
{
    for (int i = 0; i < run->flows; i++) {
        const struct flow *flow = &run->flow[i];
        add(t, "%s%ld from %d %s to %d %s", i ? ", " : ": ", flow->values,
            flow->from, name_of(run, flow->from), flow->to,
            name_of(run, flow->to));
    }
    if (run->more_flows)
        add(t, " and so on");
    add(t, ".");
}

static void describe_count(struct text *t, struct arena *memory, long n,
                           const char *what)
{
    if (n)
        add(t, " %s.", plural(memory, n, what));
}

// The picture in words, for those who hear instead of see it.
static const char *description(struct arena *memory, const struct run *run)
{
    struct text t = {0};
    long stuck = run->counts[STUCK];
    add(&t, "%s: %s, a lane for each, time runs downwards; %s", run->program,
        plural(memory, run->goroutines, "goroutine"),
        run->values ? plural(memory, run->values, "value") : "no values");
    add(&t, " from one to another");
    describe_flows(&t, run);
    describe_count(&t, memory, run->counts[CLOSE], "close");
    describe_count(&t, memory, run->counts[SLEEP], "sleep");
    describe_count(&t, memory, run->counts[TIMEOUT], "timeout");
    if (stuck == 1)
        add(&t, " One waits forever.");
    if (stuck > 1)
        add(&t, " %ld wait forever.", stuck);
    if (run->counts[PANIC])
        add(&t, " It ends in a panic.");
    const char *out = first_bytes(memory, t.s, t.n);
    free(t.s);
    return out;
}

// ---- the file -------------------------------------------------------------------

static const char style[] =
    "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
    "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<rect width=\"6\" height=\"6\" fill=\"#fff\"/>"
    "<path d=\"M0 0V6\" stroke=\"#333\" stroke-width=\"3\"/></pattern></defs>\n"
    "<style>\n"
    "text { font: 12px ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", "
    "monospace; fill: #222 }\n"
    ".title { font-weight: bold; text-anchor: middle }\n"
    ".time { text-anchor: end; fill: #444 }\n"
    ".quiet { fill: #444 }\n"
    ".value, .strong { font-weight: bold }\n"
    ".name { fill: #e4ebf4; stroke: #34495e }\n"
    ".hair { stroke: #bbb; fill: none }\n"
    ".moment { stroke: #999; stroke-dasharray: 1 4; fill: none }\n"
    ".runs { fill: #9dbfe3; stroke: #1d3550 }\n"
    ".waits { fill: url(#hatch); stroke: #1d3550 }\n"
    ".sleeps { fill: #fff; stroke: #1d3550; stroke-dasharray: 2 2 }\n"
    ".halo { stroke: #fff; stroke-width: 4; fill: none }\n"
    ".value-line { stroke: #a63a00; stroke-width: 1.8; fill: none }\n"
    ".head { fill: #a63a00 }\n"
    ".open { fill: none; stroke: #333; stroke-width: 1.3 }\n"
    ".thin { stroke: #333; stroke-width: 1; fill: none }\n"
    ".dotted { stroke-dasharray: 1 3 }\n"
    ".dashed { stroke: #333; stroke-width: 1.3; stroke-dasharray: 5 3; "
    "fill: none }\n"
    ".end { stroke: #1d3550; stroke-width: 3; fill: none }\n"
    ".dot { fill: #fff; stroke: #1d3550; stroke-width: 1.5 }\n"
    ".dots { stroke: #1d3550; stroke-width: 2.5; "
    "stroke-dasharray: 2.5 2.5; fill: none }\n"
    ".close { stroke: #1d3550; stroke-width: 2; fill: none }\n"
    ".box { fill: #fff }\n"
    ".framed { stroke: #a63a00; stroke-width: 0.8 }\n"
    "</style>\n";

static void print_text(const struct text *t)
{
    if (t->n)
        fwrite(t->s, 1, t->n, stdout);
}

static void print_picture(const struct frame *f, const char *title)
{
    const struct picture *p = f->p;
    int height = (int)f->height;
    const char *words = description(p->memory, p->run);
    printf("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
           "width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n",
           f->width, height, f->width, height);
    printf("<title>%s</title>\n", xml(p->memory, title));
    printf("<desc>%s</desc>\n", xml(p->memory, words));
    fputs(style, stdout);
    printf("<rect x=\"0.5\" y=\"0.5\" width=\"%d\" height=\"%d\" rx=\"6\" "
           "fill=\"#fff\" stroke=\"#777\"/>\n",
           f->width - 1, height - 1);
    const struct text *const parts[] = {&f->times, &f->names, &p->bars,
                                        &p->marks, &p->lines, &p->heads,
                                        &p->boxes, &f->rest,  &f->legend};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        print_text(parts[i]);
    puts("</svg>");
    if (fflush(stdout) || ferror(stdout)) {
        perror("trace-svg");
        exit(1);
    }
}

static void frame_picture(struct picture *p, const char *title)
{
    struct frame f = {.p = p};
    f.width = smaller(WIDTH, larger((int)(p->right + MARGIN), 320));
    f.height = p->top + p->row_height * p->rows + 14;
    write_names(&f);
    write_times(&f);
    write_rest(&f);
    write_legend(&f);
    print_picture(&f, title);
    free(f.names.s);
    free(f.times.s);
    free(f.rest.s);
    free(f.legend.s);
}

int main(int argc, char **argv)
{
    struct run run = {0};
    struct picture picture;
    if (argc > 2) {
        fputs("usage: trace-svg [TITLE] <EVENTS\n", stderr);
        return 2;
    }
    read_run(&run, stdin);
    draw_picture(&picture, &run.memory, &run);
    frame_picture(&picture, argc == 2 && *argv[1] ? argv[1] : run.program);
    free_picture(&picture);
    free_run(&run);
    return 0;
}
