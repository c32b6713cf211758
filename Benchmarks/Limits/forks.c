/* SPDX-License-Identifier: Apache-2.0 */

/* What a process costs at least: a fork of a small one, and its child's word. */

#define _GNU_SOURCE
#include "measuring.h"

#include <sched.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child does: nothing but to be heard. */
static _Noreturn void answer(line *memory, uint32_t number, int cpu) {
    stay_on(cpu);
    memory->cpu = sched_getcpu();
    atomic_store_explicit(&memory->sequence, number, memory_order_release);
    futex_wake(&memory->sequence);
    _exit(0);
}

void measure_forks(const request *what, report *into) {
    stay_on(what->near_cpu);
    line *memory = share(sizeof *memory);
    for (size_t sample = 0; sample < what->samples; sample++) {
        uint32_t number = (uint32_t)sample + 1;
        uint64_t begin = now();
        pid_t child = fork();
        if (child < 0) give_up("fork");
        if (child == 0) answer(memory, number, what->far_cpu);
        while (atomic_load_explicit(&memory->sequence, memory_order_acquire) != number) {
            futex_wait(&memory->sequence, number - 1);
        }
        into->samples[sample] = now() - begin;
        if (memory->cpu == sched_getcpu()) into->on_one_cpu++;
        waitpid(child, NULL, 0);
    }
    into->near_cpu = sched_getcpu();
    into->far_cpu = memory->cpu;
}
