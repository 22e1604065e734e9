/* net.h -- sockets of TCP that never block. There is no concurrency here.
 * SPDX-License-Identifier: 0BSD */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

/* Ends the program if a call has failed. Otherwise returns its result. */
static int must(int result, const char *what)
{
    if (result >= 0)
        return result;
    fprintf(stderr, "goroutine-per-connection: %s: %s\n", what,
            strerror(errno));
    exit(1);
}

/* Lets the program open n descriptors. All their numbers are below n. */
static void allow_descriptors(int n)
{
    struct rlimit limit;
    must(getrlimit(RLIMIT_NOFILE, &limit), "no limit");
    limit.rlim_cur = (rlim_t)n;
    if (limit.rlim_max < limit.rlim_cur)
        limit.rlim_max = limit.rlim_cur; /* allowed only for root */
    must(setrlimit(RLIMIT_NOFILE, &limit), "too many descriptors");
}

static int new_socket(void)
{
    return must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
                "no socket");
}

/* Returns a listening socket on a free port of the loopback device, and stores
 * its address in *at. */
static int listen_on_loopback(struct sockaddr_in *at)
{
    socklen_t size = sizeof *at;
    int fd = new_socket();
    *at = (struct sockaddr_in){.sin_family = AF_INET,
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    must(bind(fd, (struct sockaddr *)at, size), "no address");
    must(listen(fd, SOMAXCONN), "cannot listen");
    must(getsockname(fd, (struct sockaddr *)at, &size), "no port");
    return fd;
}

/* The memory of the process in KiB, without what the kernel keeps for it. */
static long memory_kib(void)
{
    long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "re");
    if (statm && fscanf(statm, "%*d %ld", &pages) != 1)
        pages = 0;
    if (statm)
        fclose(statm);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static long long now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}
