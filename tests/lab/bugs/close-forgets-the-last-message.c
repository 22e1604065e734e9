/* close-forgets-the-last-message -- A stream is closed without the message that wakes
 * its reader.
 *
 * main waits for the reader to end, and the reader waits for a message or the end.
 *
 * Class: blocking, communication, channel
 * Structure of: grpc 1275
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

struct stream {
    chan(int) messages, done;
};

static void reader(void *arg)
{
    struct stream *s = arg;
    int n;
    while (chan_recv(s->messages, &n)) /* BUG */
        ;
    chan_close(s->done);
}

static void close_stream(struct stream *s)
{
#ifdef FIXED
    chan_close(s->messages);
#else
    (void)s;
#endif
}

int main(void)
{
    struct stream s = {chan_make(int, 1), chan_make(int, 0)};
    go(reader, s);
    chan_send(s.messages, 1);
    close_stream(&s);
    chan_recv(s.done, NULL); /* BUG */
    chan_free(s.messages);
    chan_free(s.done);
}
