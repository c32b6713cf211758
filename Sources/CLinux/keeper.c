/* SPDX-License-Identifier: Apache-2.0 */

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* What the keeper needs to know; it has no memory of its own. */
static struct {
    int process; /* pidfd of the process whose memory it is */
    pid_t parent;
    _Alignas(16) char stack[4096];
} keeper;

/* Runs in the keeper, on the thread-local storage of the thread that made it: it calls nothing that
 * writes there, and so no function of the C library but syscall(2), which writes when a call fails. Then
 * it ends. */
static int keep(void *unused) {
    (void)unused;
    const int process = keeper.process;
    /* First, because what is open here is not closed while it is. */
    if ((process == 0 || syscall(SYS_close_range, 0, process - 1, 0) == 0)
        && syscall(SYS_close_range, process + 1, ~0U, 0) == 0
        && syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0
        && syscall(SYS_getppid) == keeper.parent) {
        syscall(SYS_prctl, PR_SET_NAME, "bp-memory", 0, 0, 0);
        /* In a group of its own, so that it does not end with that of the process. */
        syscall(SYS_setpgid, 0, 0);
        struct pollfd entry = {.fd = process, .events = POLLIN};
        syscall(SYS_ppoll, &entry, 1, NULL, NULL, 8);
        /* Whoever takes the process's place needs the processors more. */
        struct timespec moment = {.tv_nsec = 5 * 1000 * 1000};
        syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &moment, NULL);
    }
    syscall(SYS_exit_group, 0);
    return 0;
}

int clinux_keep_memory(void) {
    keeper.parent = getppid();
    keeper.process = clinux_pidfd_open(getpid());
    if (keeper.process < 0) return -1;
    /* It must run no handler of this process: it has its memory. */
    sigset_t all, before;
    sigfillset(&all);
    int error = pthread_sigmask(SIG_SETMASK, &all, &before);
    if (error == 0) {
        /* A sibling, because this process's own children are the plugin's affair. */
        if (clone(keep, keeper.stack + sizeof keeper.stack, CLONE_VM | CLONE_PARENT, NULL) < 0)
            error = errno;
        pthread_sigmask(SIG_SETMASK, &before, NULL);
    }
    close(keeper.process);
    errno = error;
    return error == 0 ? 0 : -1;
}
