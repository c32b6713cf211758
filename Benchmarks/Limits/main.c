/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Measures what this machine can do at best, without a line of Backplane's.
 *
 *     backplane-limits spin|futex|copy|fork NEAR-CPU FAR-CPU SAMPLES [BATCH [SIZE]]
 */

#include "measuring.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*measurement(const char *name))(const request *, report *) {
    if (strcmp(name, "spin") == 0) return measure_spinning;
    if (strcmp(name, "futex") == 0) return measure_sleeping;
    if (strcmp(name, "copy") == 0) return measure_copies;
    if (strcmp(name, "fork") == 0) return measure_forks;
    return NULL;
}

int main(int count, char **words) {
    void (*measure)(const request *, report *) = count > 4 ? measurement(words[1]) : NULL;
    if (measure == NULL) {
        fputs("usage: backplane-limits spin|futex|copy|fork NEAR FAR SAMPLES [BATCH [SIZE]]\n",
              stderr);
        return 64;
    }
    request what = {
        .near_cpu = atoi(words[2]),
        .far_cpu = atoi(words[3]),
        .samples = strtoull(words[4], NULL, 10),
        .batch = count > 5 ? strtoull(words[5], NULL, 10) : 1,
        .size = count > 6 ? strtoull(words[6], NULL, 10) : 1 << 20,
    };
    report into = {.samples = calloc(what.samples, sizeof(uint64_t))};
    if (into.samples == NULL) give_up("calloc");
    measure(&what, &into);
    write_report(&what, &into);
    return 0;
}
