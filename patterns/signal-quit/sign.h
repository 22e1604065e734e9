/* sign.h -- a file that says that we are open; no concurrency here.
 * SPDX-License-Identifier: 0BSD */

/* The sign holds our process number. Without a name there is none. */
static void put_out(const char *sign)
{
    FILE *file = sign ? fopen(sign, "w") : NULL;
    bool written = file && fprintf(file, "%d\n", (int)getpid()) > 0;
    if (sign && (!file || fclose(file) != 0 || !written)) {
        perror("signal-quit: no sign");
        exit(1);
    }
}

static void take_in(const char *sign)
{
    if (sign)
        unlink(sign);
}
