/* The channel is of int, the value a pointer. */
#include "chan.h"

int main(void)
{
    chan(int) numbers = chan_make(int, 1);
    chan_send(numbers, "seven");
    chan_free(numbers);
}
