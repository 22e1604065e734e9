/* chan.h for the eyes of cppcheck: the same calls as plain functions.
 *
 * cppcheck loses its way in the macros that carry types. The compilers check
 * those; here it is to follow what a program does around its calls.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define chan(T) T **
#define chan_make(T, capacity) ((T **)model_channel(capacity))
#define chan_after_ms(n) ((struct timespec **)model_channel(n))
#define chan_tick_ms(n) ((struct timespec **)model_channel(n))
#define chan_select(...) model_select(0, __VA_ARGS__)
#define chan_select_array(cases, n) model_select(n, (cases)[0])
#define CHAN_DEFAULT chan_on_timeout_ms(0)
#define go(...) model_go(NULL, __VA_ARGS__)
#define wg_go(...) model_go(__VA_ARGS__)
#define defer(f, x) model_defer((void (*)(void *))(f), x)

struct chan_case {
    void *channel;
};
struct waitgroup {
    long long count;
};

void *model_channel(long long capacity);
void chan_send(void *channel, ...);
bool chan_recv(void *channel, void *value);
void chan_close(void *channel);
void chan_free(void *channel);
size_t chan_len(const void *channel);
size_t chan_cap(const void *channel);
int model_select(long long n, ...);
struct chan_case chan_on_recv(void *channel, void *value, ...);
struct chan_case chan_on_send(void *channel, ...);
struct chan_case chan_on_send_from(void *channel, const void *value);
struct chan_case chan_on_timeout_ms(long long n);
void model_go(struct waitgroup *wg, ...);
void model_defer(void (*f)(void *), void *x);
void wg_add(struct waitgroup *wg, long long n);
void wg_done(struct waitgroup *wg);
void wg_wait(struct waitgroup *wg);
void sleep_ms(long long n);
long long now_ms(void);
void go_stack_bytes(long long n);
