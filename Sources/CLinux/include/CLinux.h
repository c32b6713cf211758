/* SPDX-License-Identifier: Apache-2.0 */

/* The Linux calls that Swift's Glibc module does not show. Thin: errno stays where it is. */

#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CLinuxDescriptors.h"
#include "CLinuxMemory.h"
#include "CLinuxProcesses.h"

static inline pid_t clinux_gettid(void) { return (pid_t)syscall(SYS_gettid); }

/* Starts a detached thread that gets no signals but its own faults and those of real time. Returns
 * 0 or an error number. */
int clinux_thread_start(void *(*body)(void *context), void *context);

/* Says of the calling thread that it serves many, and asks whether it was said. */
void clinux_thread_serves_many(void);
int clinux_thread_is_serving_many(void);

#endif
