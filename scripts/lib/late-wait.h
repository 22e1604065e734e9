/* late-wait.h -- each wait for a condition begins a second later, of the laboratory's virtual time.
 *
 * A goroutine looks at a condition and then waits for it. It may be slow in between, and it has the
 * mutex meanwhile. So a program in which each change is made with the mutex stays right. The signal
 * after a change without the mutex comes before the wait, and is lost.
 *
 * scripts/check includes this file before a program. SPDX-License-Identifier: 0BSD
 */
#include "chan.h"

enum { LATE_WAIT_MS = 1000 };

#undef pthread_cond_wait
#define pthread_cond_wait(c, m)                           \
    __extension__({                                       \
        sleep_ms(LATE_WAIT_MS);                           \
        lab_wrap_cond_wait(c, m, -1, NULL, CHAN_AT_(#c)); \
    })
#ifdef cnd_wait
#undef cnd_wait
#define cnd_wait(c, m)                               \
    __extension__({                                  \
        sleep_ms(LATE_WAIT_MS);                      \
        lab_wrap_cnd_wait(c, m, NULL, CHAN_AT_(#c)); \
    })
#endif
