#define _GNU_SOURCE
#include "tally.h"
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int compare_outputs(const void *a, const void *b)
{
    const struct output *x = a, *y = b;
    if (x->status != y->status)
        return x->status < y->status ? -1 : 1;
    return strcmp(x->text, y->text);
}

// The message of a check is ignored: it may contain numbers that change.
static int compare_failures(const void *a, const void *b)
{
    const struct failure *x = a, *y = b;
    int kinds = strcmp(x->kind, y->kind);
    if (kinds || x->of_check)
        return kinds;
    return strcmp(x->message, y->message);
}

static struct output *output_of(struct tally *t, const struct outcome *o)
{
    struct output key = {.text = o->text, .status = o->status};
    void *found = tfind(&key, &t->output_tree, compare_outputs);
    if (found)
        return *(struct output **)found;
    struct output *out = checked(calloc(1, sizeof *out));
    *out = (struct output){.text = copy(o->text), .status = o->status};
    checked(tsearch(out, &t->output_tree, compare_outputs));
    t->output = with_room(t->output, t->outputs, &t->output_room,
                          sizeof(struct output *));
    t->output[t->outputs++] = out;
    return out;
}

static struct failure *failure_of(struct tally *t, const struct outcome *o)
{
    struct failure key = {
        .kind = o->kind, .message = o->message, .of_check = o->of_check};
    void *found = tfind(&key, &t->failure_tree, compare_failures);
    if (found)
        return *(struct failure **)found;
    struct failure *f = checked(calloc(1, sizeof *f));
    f->kind = copy(o->kind);
    f->message = copy(o->message);
    f->of_check = o->of_check;
    checked(tsearch(f, &t->failure_tree, compare_failures));
    t->failure = with_room(t->failure, t->failures, &t->failure_room,
                           sizeof(struct failure *));
    t->failure[t->failures++] = f;
    return f;
}

bool fails_like(const struct outcome *o, const struct failure *f)
{
    if (!o->kind || o->unrepeatable)
        return false;
    struct failure key = {
        .kind = o->kind, .message = o->message, .of_check = o->of_check};
    return compare_failures(&key, f) == 0;
}

bool is_slow_to_fail(const struct failure *f)
{
    return starts_with(f->kind, "ran ") || starts_with(f->kind, "went ") ||
           starts_with(f->kind, "wrote ");
}

static struct example example_of(long label, const char *recipe)
{
    return (struct example){.label = label, .recipe = copy(recipe)};
}

static void add_label(struct text *labels, size_t times, long label)
{
    if (times > LABELS)
        return;
    char *word = printed(" %ld", label);
    add(labels, word);
    free(word);
}

// Keeps the run if it has fewer choices than the way known before.
static void keep_way(struct failure *f, const struct run *r, bool logged,
                     struct example e)
{
    if (!logged || r->n > LONGEST || (f->way && r->n >= f->way_length))
        return;
    // A program that was killed may not have written its choices.
    bool written = r->n || !*e.recipe;
    exchange(&f->way, written ? log_of(r) : copy(e.recipe));
    f->way_length = r->n;
    f->way_label = e.label;
}

static void enter_failure(struct tally *t, const struct outcome *o,
                          const struct run *r, bool logged, struct example e)
{
    struct failure *f = failure_of(t, o);
    t->failed++;
    if (f->times++ == 0)
        f->first = example_of(e.label, e.recipe);
    add_label(&f->labels, f->times, e.label);
    if (!o->unrepeatable)
        keep_way(f, r, logged, e);
}

static void enter_wish(struct tally *t, const char *name, size_t length,
                       bool seen)
{
    for (size_t i = 0; i < t->wishes; i++) {
        struct wish *w = &t->wish[i];
        if (strlen(w->name) == length && strncmp(w->name, name, length) == 0) {
            w->seen = w->seen || seen;
            return;
        }
    }
    t->wish = with_room(t->wish, t->wishes, &t->wish_room, sizeof *t->wish);
    char *copied = checked(strndup(name, length));
    t->wish[t->wishes++] = (struct wish){.name = copied, .seen = seen};
}

static void enter_wishes(struct tally *t, const char *lines)
{
    static const char seen[] = "# seen: ", unseen[] = "# not seen: ";
    for (const char *line = lines; *line;) {
        line += *line == '\n';
        size_t length = strcspn(line, "\n");
        size_t mark = starts_with(line, seen)     ? strlen(seen)
                      : starts_with(line, unseen) ? strlen(unseen)
                                                  : length;
        if (mark < length)
            enter_wish(t, line + mark, length - mark, starts_with(line, seen));
        line += length;
    }
}

static void enter_time(struct tally *t, const struct figures *f)
{
    if (!t->timed || f->ms < t->least_ms)
        t->least_ms = f->ms;
    if (!t->timed || f->ms > t->most_ms)
        t->most_ms = f->ms;
    if (f->at_work > t->at_work)
        t->at_work = f->at_work;
    t->timed++;
}

void enter(struct tally *t, const struct outcome *o, const struct run *r,
           bool logged, struct example e)
{
    t->ran++;
    t->logged = t->logged || logged;
    if (o->unrepeatable) {
        add_once(&t->why, o->unrepeatable);
        add_label(&t->unrepeatable_labels, ++t->unrepeatables, e.label);
    } else {
        struct output *out = output_of(t, o);
        if (out->times++ == 0)
            out->first = example_of(e.label, e.recipe);
    }
    if (o->figures.known)
        enter_wishes(t, o->figures.wishes);
    if (o->figures.known && !o->unrepeatable && !o->figures.early)
        enter_time(t, &o->figures);
    if (o->kind)
        enter_failure(t, o, r, logged, e);
}

bool grants_all(const struct tally *t)
{
    for (size_t i = 0; i < t->wishes; i++)
        if (!t->wish[i].seen)
            return false;
    return true;
}

void progress(const struct search *s, const char *format, ...)
{
    if (!isatty(STDERR_FILENO))
        return;
    char line[100];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (n > 0 && s->tally.failed)
        snprintf(line + n, sizeof line - (size_t)n, ", %zu failed",
                 s->tally.failed);
    fprintf(stderr, "\r%-60s\r", n > 0 ? line : "");
}

static void keep_node(void *node)
{
    (void)node;
}

void end_tally(struct tally *t)
{
    tdestroy(t->output_tree, keep_node);
    tdestroy(t->failure_tree, keep_node);
    for (size_t i = 0; i < t->outputs; i++) {
        free(t->output[i]->text);
        free(t->output[i]->first.recipe);
        free(t->output[i]);
    }
    for (size_t i = 0; i < t->failures; i++) {
        struct failure *f = t->failure[i];
        free(f->kind);
        free(f->message);
        free(f->first.recipe);
        free(f->way);
        clear(&f->labels);
        free(f);
    }
    for (size_t i = 0; i < t->wishes; i++)
        free(t->wish[i].name);
    free(t->output);
    free(t->failure);
    free(t->wish);
    clear(&t->why);
    clear(&t->unrepeatable_labels);
}
