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

#endif
