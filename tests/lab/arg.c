/* Goroutines that read arg in a way that does not fit what go() was given:
 * `arg itself`, `arg inside`, `arg copy`, `arg case`, `arg close`, `arg field`.
 */
#include "chan.h"

struct courier {
    chan(int) out;
    int n;
};

static chan(int) kept;

static void reads_itself(void *arg)
{
    chan(int) out = *(chan(int) *)arg;
    chan_send(out, 1); /* itself */
}

static void reads_inside(void *arg)
{
    chan_recv(*(chan(int) *)arg, NULL); /* inside */
}

static void reads_copy(void *arg)
{
    chan(int) out = arg;
    chan_send(out, 1); /* copy */
}

static void reads_case(void *arg)
{
    chan(int) out = arg;
    chan_select(chan_on_send(out, 1), chan_on_timeout_ms(10)); /* case */
}

static void closes(void *arg)
{
    chan(int) out = arg;
    chan_close(out); /* close */
}

static void reads_field(void *arg)
{
    const struct courier *c = arg;
    chan_len((chan(int))(size_t)c->n); /* field */
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    struct waitgroup wg = {0};
    kept = chan_make(int, 1);
    struct courier courier = {kept, 3};
    if (!strcmp(how, "itself"))
        wg_go(&wg, reads_itself, kept);
    if (!strcmp(how, "inside"))
        wg_go(&wg, reads_inside, kept);
    if (!strcmp(how, "copy"))
        wg_go(&wg, reads_copy, courier); /* go copy */
    if (!strcmp(how, "case"))
        wg_go(&wg, reads_case, courier); /* go case */
    if (!strcmp(how, "close"))
        wg_go(&wg, closes, courier); /* go close */
    if (!strcmp(how, "field"))
        wg_go(&wg, reads_field, courier);
    wg_wait(&wg);
    chan_free(kept);
    return 0;
}
