/* library.h -- a library that knows nothing of chan.h; see library.c. */
#ifndef LIBRARY_H
#define LIBRARY_H
/* Both call back(arg) in a thread of the library, after ms milliseconds. The first function
 * returns at once, the second when that thread has ended. */
int library_calls_later(int ms, void (*back)(void *), void *arg);
int library_waits_for_call(int ms, void (*back)(void *), void *arg);
#endif
