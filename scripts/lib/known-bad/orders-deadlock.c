/* Two goroutines take two locks, made of channels, in opposite order. In a free run both
 * come through nearly always. */
#include "chan.h"

struct both {
    chan(bool) first, second;
};

static void user(void *arg)
{
    const struct both *self = arg;
    chan_send(self->first, true);
    chan_send(self->second, true);
    chan_recv(self->second, NULL);
    chan_recv(self->first, NULL);
}

int main(void)
{
    struct waitgroup users = {0};
    chan(bool) a = chan_make(bool, 1);
    chan(bool) b = chan_make(bool, 1);
    wg_go(&users, user, (struct both){a, b});
    wg_go(&users, user, (struct both){b, a});
    wg_wait(&users);
    chan_free(a);
    chan_free(b);
}
