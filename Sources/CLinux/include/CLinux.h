/* SPDX-License-Identifier: Apache-2.0 */

/* The Linux calls that Swift's Glibc module does not show. Thin: errno stays where it is. */

#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "CLinuxDescriptors.h"
#include "CLinuxProcesses.h"

static inline pid_t clinux_gettid(void) { return (pid_t)syscall(SYS_gettid); }

/* Names the calling thread; the kernel keeps 15 bytes. */
static inline void clinux_set_thread_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/* Starts a detached thread with all signals blocked. Returns 0 or an error number. */
int clinux_thread_start(void *(*body)(void *context), void *context);

#endif
