/* pid_file.h -- a file that holds the process number; no concurrency here.
 * SPDX-License-Identifier: 0BSD */

/* Without a name there is no file. "x": fails if the file exists, because then
 * another process runs, or one has ended without its clean-up. */
static void pid_file_create(const char *name)
{
    FILE *file = name ? fopen(name, "wx") : NULL;
    bool written = file && fprintf(file, "%d\n", (int)getpid()) > 0;
    if (name && (!file || fclose(file) != 0 || !written)) {
        perror("signal-quit: no pid file");
        exit(1);
    }
}

static void pid_file_remove(const char *name)
{
    if (name)
        unlink(name);
}
