/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the measurements of the machine share: time, memory of two processes, and the report.
 *
 * A report is a row of 64-bit numbers in the machine's order on standard output: the CPU of the
 * process that measures, that of its peer, in how many samples both were on one CPU, how many samples
 * there are, and the samples in nanoseconds.
 */

#ifndef MEASURING_H
#define MEASURING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What different sides write lies so far apart: the hardware fetches cache lines in pairs. */
#define LINE_DISTANCE 128

/* What is measured, where, and how often. A CPU of -1 is any. */
typedef struct request {
    int near_cpu;
    int far_cpu;
    size_t samples;
    /* Trips in each sample; the clock is read once for all of them. */
    size_t batch;
    /* Bytes, for what copies. */
    size_t size;
} request;

/* What was measured. */
typedef struct report {
    int near_cpu;
    int far_cpu;
    uint64_t on_one_cpu;
    uint64_t *samples;
} report;

/* Memory that one process writes and another reads: a message of 64 bytes, and the number that
 * publishes it. */
typedef struct line {
    _Alignas(LINE_DISTANCE) _Atomic uint32_t sequence;
    /* Where the writer runs. */
    int32_t cpu;
    unsigned char text[64];
} line;

/* Both directions of a conversation. The sequence number `LAST` ends it. */
typedef struct lines {
    line there;
    line back;
} lines;

#define LAST UINT32_MAX

/* Nanoseconds of a clock that only moves on. */
uint64_t now(void);

/* Memory that a child of this process shares; ends the process when there is none. */
void *share(size_t size);

/* Has the calling thread run on a CPU; -1 leaves it as it is. */
void stay_on(int cpu);

/* Forks a child that runs `body` on a CPU and goes with its parent. */
pid_t fork_peer(void (*body)(void *context), void *context, int cpu);

/* Writes a report to standard output. */
void write_report(const request *what, const report *into);

/* Ends the program with errno and what it was about. */
_Noreturn void give_up(const char *what);

/* futex(2) between processes, so never the private kind. */
void futex_wait(_Atomic uint32_t *word, uint32_t seen);
void futex_wake(_Atomic uint32_t *word);

/* Two processes that hand 64 bytes to and fro, never asleep. */
void measure_spinning(const request *what, report *into);
/* The same, each asleep until the other wakes it. */
void measure_sleeping(const request *what, report *into);
/* The three copies of an echo: into shared memory, from there into the other's, out of that. */
void measure_copies(const request *what, report *into);
/* From the fork of this small process to the word of its child. */
void measure_forks(const request *what, report *into);

#endif
