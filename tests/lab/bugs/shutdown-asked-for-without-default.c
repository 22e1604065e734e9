/* shutdown-asked-for-without-default -- A question, "is this server shutting down?",
 * is a receive that blocks.
 *
 * Class: blocking, communication, channel
 * Structure of: cockroach 25456
 * Found by: seeds
 *
 * SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

#include <errno.h>

struct server {
    chan(int) quiesce;
};

static int check_consistency(void)
{
    return EIO;
}

static bool is_draining(struct server *s)
{
#ifdef FIXED
    return chan_select(chan_on_recv(s->quiesce, NULL), CHAN_DEFAULT) == 0;
#else
    chan_recv(s->quiesce, NULL); /* BUG */
    return true;
#endif
}

static void process(struct server *s)
{
    if (check_consistency() != 0 && is_draining(s))
        return;
}

int main(void)
{
    struct server s = {chan_make(int, 0)};
    process(&s);
    chan_close(s.quiesce);
    chan_free(s.quiesce);
}
