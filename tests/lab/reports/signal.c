#include "chan.h"
#include <signal.h>
int main(void)
{
    int number;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    alarm(3); /* the only signal comes after three seconds */
    sigwait(&set, &number);
}
