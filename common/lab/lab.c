/* lab.c -- the laboratory as an object, to be linked with files that are compiled with
 * -DCHAN_LAB -DCHAN_LAB_LINKED, as this one is.
 * SPDX-License-Identifier: 0BSD
 */
#define CHAN_LAB_IS_HERE_ /* the functions, and not only their declarations */
#include "../chan.h"
