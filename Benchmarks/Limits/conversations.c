/* SPDX-License-Identifier: Apache-2.0 */

/* Two processes that hand messages of 64 bytes to and fro through shared memory. */

#define _GNU_SOURCE
#include "measuring.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>

static inline void pause_shortly(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Writes a message; its number is what publishes it. */
static inline void put(line *into, const unsigned char *text, uint32_t number) {
    memcpy(into->text, text, sizeof into->text);
    into->cpu = sched_getcpu();
    atomic_store_explicit(&into->sequence, number, memory_order_release);
}

/* The number of the next message after `seen`, whose text is copied out. */
static inline uint32_t take_spinning(line *from, unsigned char *text, uint32_t seen) {
    uint32_t number;
    while ((number = atomic_load_explicit(&from->sequence, memory_order_acquire)) == seen) {
        pause_shortly();
    }
    memcpy(text, from->text, sizeof from->text);
    return number;
}

static inline uint32_t take_sleeping(line *from, unsigned char *text, uint32_t seen) {
    uint32_t number;
    while ((number = atomic_load_explicit(&from->sequence, memory_order_acquire)) == seen) {
        futex_wait(&from->sequence, seen);
    }
    memcpy(text, from->text, sizeof from->text);
    return number;
}

static void echo_spinning(void *context) {
    lines *memory = context;
    unsigned char text[sizeof memory->there.text];
    for (uint32_t seen = 0; seen != LAST;) {
        seen = take_spinning(&memory->there, text, seen);
        put(&memory->back, text, seen);
    }
}

static void echo_sleeping(void *context) {
    lines *memory = context;
    unsigned char text[sizeof memory->there.text];
    for (uint32_t seen = 0; seen != LAST;) {
        seen = take_sleeping(&memory->there, text, seen);
        put(&memory->back, text, seen);
        futex_wake(&memory->back.sequence);
    }
}

static inline void trip_spinning(lines *memory, unsigned char *text, uint32_t number) {
    put(&memory->there, text, number);
    take_spinning(&memory->back, text, number - 1);
}

static inline void trip_sleeping(lines *memory, unsigned char *text, uint32_t number) {
    put(&memory->there, text, number);
    futex_wake(&memory->there.sequence);
    take_sleeping(&memory->back, text, number - 1);
}

/* Inlined with each kind of trip, so that a trip is no call through a pointer. */
static inline __attribute__((always_inline)) void converse(
    const request *what, report *into, void (*echo)(void *),
    void (*trip)(lines *, unsigned char *, uint32_t)) {
    lines *memory = share(sizeof *memory);
    unsigned char text[sizeof memory->there.text] = {0};
    pid_t peer = fork_peer(echo, memory, what->far_cpu);
    stay_on(what->near_cpu);
    uint32_t number = 0;
    for (size_t round = 0; round < 1000; round++) trip(memory, text, ++number);
    for (size_t sample = 0; sample < what->samples; sample++) {
        uint64_t begin = now();
        for (size_t round = 0; round < what->batch; round++) trip(memory, text, ++number);
        into->samples[sample] = now() - begin;
        if (memory->back.cpu == sched_getcpu()) into->on_one_cpu++;
    }
    into->near_cpu = sched_getcpu();
    into->far_cpu = memory->back.cpu;
    put(&memory->there, text, LAST);
    futex_wake(&memory->there.sequence);
    waitpid(peer, NULL, 0);
}

void measure_spinning(const request *what, report *into) {
    converse(what, into, echo_spinning, trip_spinning);
}

void measure_sleeping(const request *what, report *into) {
    converse(what, into, echo_sleeping, trip_sleeping);
}
