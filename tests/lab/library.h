/* library.h -- a library that knows nothing of chan.h; see library.c. */
#ifndef LIBRARY_H
#define LIBRARY_H
int library_calls_later(int ms, void (*back)(void *), void *arg);
#endif
