/* contended_inside -- the inside of a library: it shares locks with the program.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "contended.h"

void count_inside(struct counter *c)
{
    pthread_mutex_lock(&c->mutex);
    c->n++;
    pthread_mutex_unlock(&c->mutex);
}

void take_turn_inside(struct turns *t, int me)
{
    pthread_mutex_lock(&t->mutex);
    while (t->turn % PLAYERS != me)
        pthread_cond_wait(&t->changed, &t->mutex);
    t->turn++;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->mutex);
}

void hold_inside(struct counter *c, void (*f)(void))
{
    pthread_mutex_lock(&c->mutex);
    f();
    c->n++;
    pthread_mutex_unlock(&c->mutex);
}
