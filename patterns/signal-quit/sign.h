/* sign.h -- a file that says that we are open; no concurrency here.
 * SPDX-License-Identifier: 0BSD */

/* With a name the sign is a file, which holds our process number. "x": where
 * another sign hangs, or was left hanging, we don't open. */
static void put_out(const char *sign)
{
    FILE *file = sign ? fopen(sign, "wx") : NULL;
    bool written = file && fprintf(file, "%d\n", (int)getpid()) > 0;
    if (sign && (!file || fclose(file) != 0 || !written)) {
        perror("signal-quit: no sign");
        exit(1);
    }
}

static void take_in(const char *sign)
{
    puts("(takes the sign in)");
    if (sign)
        unlink(sign);
}
