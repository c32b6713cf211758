/* SPDX-License-Identifier: Apache-2.0 */

/* What an echo of a large payload copies at least: in, to the other's side, and out. */

#define _GNU_SOURCE
#include "measuring.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* Buffers of their own for all three, so that the caches are as full as an echo makes them. */
void measure_copies(const request *what, report *into) {
    stay_on(what->near_cpu);
    size_t size = what->size;
    char *argument = malloc(size);
    char *there = share(size);
    char *back = share(size);
    char *result = malloc(size);
    if (argument == NULL || result == NULL) give_up("malloc");
    memset(argument, 1, size);
    memset(result, 2, size);
    for (size_t sample = 0; sample < what->samples + 10; sample++) {
        argument[sample % size]++;
        uint64_t begin = now();
        memcpy(there, argument, size);
        memcpy(back, there, size);
        memcpy(result, back, size);
        uint64_t time = now() - begin;
        if (result[sample % size] != argument[sample % size]) give_up("memcpy");
        /* The first ones touch new memory. */
        if (sample >= 10) into->samples[sample - 10] = time;
    }
    into->near_cpu = into->far_cpu = sched_getcpu();
    into->on_one_cpu = what->samples;
    free(argument);
    free(result);
}
