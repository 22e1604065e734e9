/* Two jobs run one after the other: 20 ms, where 10 would do. */
#include "chan.h"

int main(void)
{
    sleep_ms(10);
    sleep_ms(10);
}
