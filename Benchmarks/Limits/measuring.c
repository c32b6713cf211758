/* SPDX-License-Identifier: Apache-2.0 */

#define _GNU_SOURCE
#include "measuring.h"

#include <CPlacement.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void *share(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) give_up("mmap");
    return memory;
}

void stay_on(int cpu) {
    if (cpu >= 0 && cplacement_pin_thread(&cpu, 1) != 0) give_up("sched_setaffinity");
}

pid_t fork_peer(void (*body)(void *context), void *context, int cpu) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child < 0) give_up("fork");
    if (child > 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    stay_on(cpu);
    body(context);
    _exit(0);
}

static void write_all(const void *bytes, size_t size) {
    for (const char *next = bytes; size > 0;) {
        ssize_t count = write(STDOUT_FILENO, next, size);
        if (count < 0) give_up("write");
        next += count;
        size -= (size_t)count;
    }
}

void write_report(const request *what, const report *into) {
    uint64_t head[] = {(uint64_t)into->near_cpu, (uint64_t)into->far_cpu, into->on_one_cpu,
                       what->samples};
    write_all(head, sizeof head);
    write_all(into->samples, what->samples * sizeof(uint64_t));
}

void give_up(const char *what) {
    perror(what);
    exit(1);
}

void futex_wait(_Atomic uint32_t *word, uint32_t seen) {
    syscall(SYS_futex, word, FUTEX_WAIT, seen, NULL, NULL, 0);
}

void futex_wake(_Atomic uint32_t *word) {
    syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}
