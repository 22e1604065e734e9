/* frame.c -- the names, the times, the legend, the description; the file.
 * SPDX-License-Identifier: 0BSD
 */
#include <stdlib.h>
#include <string.h>
#include "picture.h"

// ---- the names, the times, the legend ---------------------------------------

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

// Each time is written once, at its first row.
static void find_times(struct picture *p)
{
    const char *before = "";
    for (int row = 1; row <= p->rows; row++) {
        const char *time = time_of_row(p, row);
        if (!time || strcmp(time, before) == 0)
            continue;
        p->row[row].written = time;
        before = time;
        p->drew[TIME_PASSES] |= p->run->in_virtual_time && row > 1;
    }
}

// The shortest step from one of the written times to the next, or 0 if there is none.
static double shortest_step(const struct picture *p)
{
    double shortest = 0, before = -1;
    for (int row = 1; row <= p->rows; row++) {
        const char *time = p->row[row].written;
        if (!time)
            continue;
        double step = number_in(time) - before;
        if (before >= 0 && step > 0 && (shortest == 0 || step < shortest))
            shortest = step;
        before = number_in(time);
    }
    return shortest;
}

// Rows are no units of time. A sign marks a step that is longer than the shortest one.
// Without a seed no two steps are equal, so the sign marks steps that are ten times as
// long.
static void find_leaps(struct picture *p)
{
    double longest = shortest_step(p) * (p->run->in_virtual_time ? 1 : 10);
    double before = -1;
    for (int row = 1; row <= p->rows; row++) {
        const char *time = p->row[row].written;
        if (!time)
            continue;
        double step = number_in(time) - before;
        p->row[row].leap = before >= 0 && step > longest * 1.001;
        p->drew[LONGER_STEP] |= p->row[row].leap;
        before = number_in(time);
    }
}

#define LEAP "l4 -6m4 0l-4 6"

static void write_times(struct frame *f)
{
    struct picture *p = f->p;
    add(&f->times, "<text class=\"time\" x=\"%d\" y=\"%s\">ms</text>\n",
        GUTTER - 8, r1(8 + 15 * p->heads_high / 2.0 + 7).s);
    for (int row = 1; row <= p->rows; row++) {
        double y = y_of(p, row);
        if (!p->row[row].written)
            continue;
        if (p->run->in_virtual_time && row > 1)
            add(&f->times, "<path class=\"moment\" d=\"M%d %sH%d\"/>\n", 6,
                r1(y - p->row_height / 2.0).s, f->width - 6);
        if (p->row[row].leap)
            add(&f->times,
                "<path class=\"halo\" d=\"M%d %s" LEAP "\"/>"
                "<path class=\"leap\" d=\"M%d %s" LEAP "\"/>\n",
                GUTTER - 25, r1(y - p->row_height / 2.0 + 3).s, GUTTER - 25,
                r1(y - p->row_height / 2.0 + 3).s);
        add(&f->times, "<text class=\"time\" x=\"%d\" y=\"%s\">%s</text>\n",
            GUTTER - 8, r1(y + 4).s, p->row[row].written);
    }
}

// A text about what the picture leaves out.
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

// One entry of the legend, in the next free place. Without a drawing it is only the
// text.
static void write_entry(struct frame *f, const char *drawing, const char *text)
{
    int left = *drawing ? 26 : 0;
    double width = left + wide(text) + 14;
    if (f->x > 12 && f->x + width > f->width - 4) {
        f->x = 12;
        f->y += 18;
    }
    add(&f->legend,
        "<g transform=\"translate(%s %s)\">%s<text class=\"quiet\" x=\"%d\" "
        "y=\"4\">%s</text></g>\n",
        r1(f->x).s, r1(f->y).s, drawing, left, xml(f->p->memory, text));
    f->x += width;
}

#define ARROW(class)                            \
    "<path class=\"" class "\" d=\"M0 0H20\"/>" \
                           "<path class=\"open\" d=\"M12 -4L20 0L12 4\"/>"
#define PIECE \
    "<rect class=\"runs\" x=\"5\" y=\"-6\" width=\"10\" height=\"12\"/>"

// What each sign looks like in the legend, and what it means.
static const struct {
    const char *drawing, *text;
} signs[SIGNS] = {
    [GO] = {ARROW("thin"), "starts a goroutine"},
    [HANDED_OVER] = {"<path class=\"value-line\" d=\"M0 0H20\"/>"
                     "<path class=\"head\" d=\"M12 -4L20 0L12 4Z\"/>",
                     "value, handed over"},
    [BUFFERED] = {"<path class=\"value-line\" d=\"M0 -5H7L20 5\"/>"
                  "<path class=\"head\" d=\"M10.5 2.7L20 5L15.3 -3.7Z\"/>",
                  "value, through a buffer"},
    [NOT_RECEIVED] = {"<path class=\"value-line\" d=\"M0 0H6\"/>"
                      "<rect class=\"box framed\" x=\"6\" y=\"-5\" "
                      "width=\"14\" height=\"10\" rx=\"3\"/>",
                      "value, never received"},
    [CLOSES] = {PIECE "<path class=\"close\" d=\"M2 0h16\"/>",
                "closes a channel"},
    [SEES_CLOSE] = {ARROW("dashed"), "receiver sees the close"},
    [GROUP_DONE] = {ARROW("thin dotted"), "wg_done, to wg_wait"},
    [ALONE] = {PIECE "<circle class=\"dot\" cx=\"10\" r=\"3\"/>",
               "event in one goroutine"},
    [RETURNS] = {"<rect class=\"runs\" x=\"5\" y=\"-7\" width=\"10\" "
                 "height=\"11\"/><path class=\"end\" d=\"M1 4h18\"/>",
                 "returns"},
    [PANICS] = {"<path class=\"end\" d=\"M4 -6l12 12m0 -12l-12 12\"/>",
                "panics"},
    [GOES_ON] = {"<path class=\"dots\" d=\"M10 -6v13\"/>", "goes on"},
    [TIME_PASSES] = {"<path class=\"moment\" d=\"M0 0H20\"/>", "time passes"},
    [LONGER_STEP] = {"<path class=\"leap\" d=\"M6 3" LEAP "\"/>",
                     "longer step in time"},
    [ORDINAL] = {"<text class=\"value\" y=\"4\">#1</text>",
                 "first value of its channel"},
};

// The legend of buffered values whose receive is not in the picture, or NULL. A picture
// may end before a value is received.
static const char *fate_of_values(struct picture *p)
{
    const char *fate = NULL;
    for (int i = 0; i < p->run->n; i++) {
        if (!p->put[i].row || p->put[i].received)
            continue;
        if (p->run->event[i].other)
            return "value, received elsewhere";
        fate = signs[NOT_RECEIVED].text;
    }
    return fate;
}

// Whether a label in the picture has this text.
static bool is_written(const struct picture *p, const char *name)
{
    const char *s = p->boxes.s;
    size_t n = strlen(name);
    for (s = s ? strstr(s, name) : NULL; s; s = strstr(s + 1, name))
        if ((s[-1] == '>' || s[-1] == ' ') && s[n] && strchr(": <", s[n]))
            return true;
    return false;
}

// Explains the numbers of channels that have the same name in the program.
static void write_numbered(struct frame *f, const struct channel *first)
{
    const struct picture *p = f->p;
    const char *last = "";
    int n = 0;
    bool written = false;
    for (int i = 0; i < p->run->channels; i++) {
        const struct channel *c = &p->channel[i];
        if (!c->number || strcmp(c->called, first->called) != 0)
            continue;
        written |= is_written(p, xml(p->memory, c->name));
        if (c->number > n) {
            n = c->number;
            last = c->name;
        }
    }
    if (written)
        write_entry(f, "",
                    string(p->memory, "%s%s %s: channels called %s",
                           first->name, n == 2 ? "," : " ...", last,
                           first->called));
}

static void write_entries(struct frame *f)
{
    struct picture *p = f->p;
    static const char *const text[] = {"", "runs", "waits", "sleeps"};
    const char *fate = fate_of_values(p);
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
    p->drew[NOT_RECEIVED] = fate;
    for (int i = 0; i < SIGNS; i++)
        if (p->drew[i])
            write_entry(f, signs[i].drawing,
                        i == NOT_RECEIVED ? fate : signs[i].text);
    for (int i = 0; i < p->run->channels; i++)
        if (p->channel[i].number == 1)
            write_numbered(f, &p->channel[i]);
}

// A narrow picture is made wider, until the legend has at most five lines.
static void write_legend(struct frame *f)
{
    write_entries(f);
    while (f->y > f->height + 6 + 4 * 18 && f->width < WIDTH) {
        f->width = smaller(f->width + 20, WIDTH);
        f->legend.length = 0;
        write_entries(f);
    }
    f->height = f->y + 14;
}

// ---- the description --------------------------------------------------------

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

// The picture in words, for a reader who hears the page.
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
    const char *out = first_bytes(memory, t.s, t.length);
    free(t.s);
    return out;
}

// ---- the file ---------------------------------------------------------------

static const char style[] =
    "<defs><pattern id=\"hatch\" width=\"6\" height=\"6\" "
    "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
    "<rect class=\"paper\" width=\"6\" height=\"6\"/>"
    "<path class=\"ink\" d=\"M0 0V6\"/></pattern></defs>\n"
    "<style>\n"
    "text { font: 12px ui-monospace, Menlo, Consolas, \"DejaVu Sans Mono\", "
    "monospace; fill: #222 }\n"
    ".paper { fill: #fff }\n"
    ".ink { stroke: #333; stroke-width: 3 }\n"
    ".page { stroke: #777 }\n"
    ".title { font-weight: bold; text-anchor: middle }\n"
    ".time { text-anchor: end; fill: #444 }\n"
    ".quiet { fill: #444 }\n"
    ".value, .strong { font-weight: bold }\n"
    ".name { fill: #e4ebf4; stroke: #34495e }\n"
    ".hair { stroke: #bbb; fill: none }\n"
    ".moment { stroke: #767676; stroke-dasharray: 1 4; fill: none }\n"
    ".runs { fill: #9dbfe3; stroke: #1d3550 }\n"
    ".waits { fill: url(#hatch); stroke: #1d3550 }\n"
    ".sleeps { fill: #fff; stroke: #1d3550; stroke-dasharray: 2 2 }\n"
    ".leap { stroke: #222; stroke-width: 1.3; fill: none }\n"
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
    "@media (prefers-color-scheme: dark) {\n"
    "text { fill: #e6edf3 }\n"
    ".time, .quiet { fill: #b6c2cf }\n"
    ".paper, .box, .sleeps, .dot { fill: #0d1117 }\n"
    ".halo { stroke: #0d1117 }\n"
    ".page, .moment { stroke: #7d8590 }\n"
    ".hair { stroke: #484f58 }\n"
    ".name { fill: #1f2f46; stroke: #7f9fc6 }\n"
    ".runs { fill: #2f5f9a }\n"
    ".runs, .waits, .sleeps, .end, .dot, .dots, .close { stroke: #a9c7ea }\n"
    ".ink, .leap, .open, .thin, .dashed { stroke: #c9d1d9 }\n"
    ".value-line, .framed { stroke: #ff9e64 }\n"
    ".head { fill: #ff9e64 }\n"
    "}\n"
    "</style>\n";

static void print_text(const struct text *t)
{
    if (t->length)
        fwrite(t->s, 1, t->length, stdout);
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
    printf("<rect class=\"paper page\" x=\"0.5\" y=\"0.5\" width=\"%d\" "
           "height=\"%d\" rx=\"6\"/>\n",
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

void frame_picture(struct picture *p, const char *title)
{
    struct frame f = {.p = p};
    f.width = smaller(WIDTH, larger((int)(p->right + MARGIN), 320));
    f.height = p->top + p->row_height * p->rows + 14;
    write_names(&f);
    write_rest(&f);
    find_times(p);
    find_leaps(p);
    write_legend(&f);
    write_times(&f);
    print_picture(&f, title);
    free(f.names.s);
    free(f.times.s);
    free(f.rest.s);
    free(f.legend.s);
}
