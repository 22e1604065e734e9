/* panic -- one goroutine is blocked forever, another panics: the trace shows both.
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

static void listen(void *arg)
{
    chan(int) calls = arg;
    chan_recv(calls, NULL); /* blocked */
}

int main(void)
{
    chan(int) calls = chan_make(int, 0), news = chan_make(int, 1);
    go(listen, calls);
    sleep_ms(600);      /* the listener waits by now */
    chan_close(news);   /* closes */
    chan_send(news, 1); /* panics */
}
