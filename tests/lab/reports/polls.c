#include "chan.h"
static atomic_bool ready;
int main(void)
{
    for (int n = 0; n < 2000000 && !atomic_load(&ready); n++)
        ; /* no goroutine sets it */
}
