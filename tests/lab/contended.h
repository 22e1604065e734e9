/* contended.h -- what the program and its library share.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include <pthread.h>

enum { PLAYERS = 3 };

struct counter {
    pthread_mutex_t mutex;
    int n; /* guarded by mutex */
};

struct turns {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int turn; /* guarded by mutex; changed is signalled after each change */
};

void count_inside(struct counter *c);
void take_turn_inside(struct turns *t, int me);
void hold_inside(struct counter *c, void (*f)(void));
