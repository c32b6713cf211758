/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which CPUs threads run on: what decides most of what a trip to another process takes.
 */

#ifndef CPLACEMENT_H
#define CPLACEMENT_H

#include <sys/types.h>

/* The CPUs that the calling thread may run on, in ascending order; `cpus` has room for `capacity`.
 * Returns how many there are, or -1 and errno. */
int cplacement_allowed(int *cpus, int capacity);

/* The CPU that the calling thread runs on. */
int cplacement_current(void);

/* Has the calling thread run on these CPUs only. 0, or -1 and errno. */
int cplacement_pin_thread(const int *cpus, int count);

/* Has every thread of a process run on these CPUs only, those too that it starts meanwhile: they
 * inherit it. 0, or -1 and errno. */
int cplacement_pin_process(pid_t process, const int *cpus, int count);

/* Whether two CPUs are threads of one core: 1, 0, or -1 where the system does not tell. */
int cplacement_is_same_core(int cpu, int other);

#endif
