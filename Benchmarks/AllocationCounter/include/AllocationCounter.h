/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A library to preload: counts what each thread allocates.
 */

#ifndef BACKPLANE_ALLOCATION_COUNTER_H
#define BACKPLANE_ALLOCATION_COUNTER_H

#include <stdint.h>

/* How often the calling thread has allocated since it began. */
uint64_t backplane_allocation_count(void);

#endif
