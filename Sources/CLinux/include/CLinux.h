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
#include "CLinuxProcesses.h"

static inline pid_t clinux_gettid(void) { return (pid_t)syscall(SYS_gettid); }

#endif
