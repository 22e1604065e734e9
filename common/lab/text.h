/* text.h -- text for a file, without stdio: a signal handler needs it too.
 * SPDX-License-Identifier: 0BSD
 */
#ifndef CHAN_LAB_TEXT_H
#define CHAN_LAB_TEXT_H

/* Text for a file: as it is needed in a signal handler too, without stdio's locks. */
struct lab_text { int to; size_t n; bool failed; char text[4096]; };
static inline void lab_text_cannot_write(struct lab_text *o) {
    const char *what = o->to == chan_lab_.trace_to ? "CHAN_TRACE" : "CHAN_CHOICES";
    if (!o->failed && o->to != 2) dprintf(2, "%s is cut off: %s\n", what, strerror(errno));
    o->failed = true;
}
static inline void lab_text_flush(struct lab_text *o) {
    for (size_t i = 0; o->to >= 0 && i < o->n;) {
        ssize_t n = write(o->to, o->text + i, o->n - i);
        if (n < 0 && errno == EAGAIN) (nanosleep)(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        else if (n < 0 && errno != EINTR) { lab_text_cannot_write(o); break; }
        i += n > 0 ? (size_t)n : 0;
    }
    o->n = 0;
}
__attribute__((format(printf, 2, 3)))
static inline void lab_text_put(struct lab_text *o, const char *format, ...) {
    for (int again = 0; again < 2; again++) {
        va_list args;
        va_start(args, format);
        int n = vsnprintf(o->text + o->n, sizeof o->text - o->n, format, args);
        va_end(args);
        if (n < 0) return;
        if ((size_t)n < sizeof o->text - o->n) { o->n += (size_t)n; return; }
        if (again) o->n = sizeof o->text - 1; /* a piece longer than all the room is cut */
        lab_text_flush(o);
    }
}
static inline void lab_text_put_bytes(struct lab_text *o, const void *from, size_t n) {
    if (o->n + n > sizeof o->text) lab_text_flush(o);
    memcpy(o->text + o->n, from, n);
    o->n += n;
}
/* Lines of at most 80 columns. A longer one goes on in the next line, with a larger indent. */
enum { LAB_TEXT_COLUMNS = 80, LAB_TEXT_HANG = 8 };
struct lab_lines {
    struct lab_text *to;
    int indent, column;  /* of this line; the column is 0 before its first word */
    size_t n;            /* bytes of the word that is not written yet */
    char word[100];
};
static inline int lab_text_width(const char *s, size_t n) { /* in columns: UTF-8 has longer bytes */
    int width = 0;
    for (size_t i = 0; i < n; i++) width += ((unsigned char)s[i] & 0xC0) != 0x80;
    return width;
}
static inline void lab_text_indent(struct lab_lines *l, int indent) {
    lab_text_put(l->to, "%*s", indent, "");
    l->column = indent;
}
static inline void lab_text_end_word(struct lab_lines *l) {
    int width = lab_text_width(l->word, l->n);
    if (l->n == 0) return;
    if (l->column == 0) lab_text_indent(l, l->indent);
    else if (l->column + 1 + width > LAB_TEXT_COLUMNS) {
        lab_text_put(l->to, "\n");
        lab_text_indent(l, l->indent + LAB_TEXT_HANG);
    } else {
        lab_text_put(l->to, " ");
        l->column++;
    }
    lab_text_put_bytes(l->to, l->word, l->n);
    l->column += width;
    l->n = 0;
}
static inline void lab_text_end_line(struct lab_lines *l) {
    lab_text_end_word(l);
    if (l->column > 0) lab_text_put(l->to, "\n");
    l->column = 0;
}
static inline void lab_text_begin_line(struct lab_lines *l, int indent) {
    lab_text_end_line(l);
    l->indent = indent;
}
/* A tab stands for a space at which no line may end. */
static inline void lab_text_say_bytes(struct lab_lines *l, const char *s, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (s[i] == ' ' || l->n == sizeof l->word) lab_text_end_word(l);
        if (s[i] != ' ') l->word[l->n++] = s[i] == '\t' ? ' ' : s[i];
    }
}
/* A text of the program, such as an expression. If it is too long, its end is cut. */
static inline void lab_text_say_cut(struct lab_lines *l, const char *s, size_t most) {
    size_t n = strlen(s);
    bool cut = n > most;
    if (cut) n = most - 3;
    while (cut && n > 0 && ((unsigned char)s[n] & 0xC0) == 0x80) n--;
    lab_text_say_bytes(l, s, n);
    if (cut) lab_text_say_bytes(l, "...", 3);
}
__attribute__((format(printf, 2, 3)))
static inline void lab_text_say(struct lab_lines *l, const char *format, ...) {
    char text[200];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n > 0) lab_text_say_bytes(l, text, strlen(text));
}

#endif
