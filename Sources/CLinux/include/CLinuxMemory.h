/* SPDX-License-Identifier: Apache-2.0 */

/* Memory that two processes share: making it, numbers in it, waiting on it. */

#ifndef CLINUX_MEMORY_H
#define CLINUX_MEMORY_H

#include <sched.h>
#include <stddef.h>
#include <stdint.h>

/* An anonymous file of `size` bytes whose size can't be changed any more; close-on-exec. Where its
 * maker is to be its only writer, clinux_seal_writing follows once it has its own mapping. */
int clinux_sealed_memory(const char *name, size_t size);

/* From now on nobody gets a writable mapping of it any more; those that are there stay. Nothing
 * more can be sealed after it. 0, or -1 and errno. */
int clinux_seal_writing(int descriptor);
/* The same for a file that others go on to write: nothing more can be sealed. */
int clinux_seal_seals(int descriptor);

/* Maps shared memory, kept from children; NULL and errno on failure. */
void *clinux_map_shared(int descriptor, size_t size, int writable);
void clinux_unmap(const void *memory, size_t size);

/* The size of what is behind a descriptor, or -1. */
int64_t clinux_size(int descriptor);

/* Numbers in shared memory. A release store is seen with everything before it by who loads it with
 * acquire. The places are aligned; `const` ones may lie in a read-only mapping. */
static inline void clinux_store(void *place, uint64_t value) {
    __atomic_store_n((uint64_t *)place, value, __ATOMIC_RELEASE);
}
static inline uint64_t clinux_load(const void *place) {
    return __atomic_load_n((const uint64_t *)place, __ATOMIC_ACQUIRE);
}
static inline uint64_t clinux_load_relaxed(const void *place) {
    return __atomic_load_n((const uint64_t *)place, __ATOMIC_RELAXED);
}
static inline void clinux_store32(void *place, uint32_t value) {
    __atomic_store_n((uint32_t *)place, value, __ATOMIC_RELEASE);
}
static inline uint32_t clinux_load32(const void *place) {
    return __atomic_load_n((const uint32_t *)place, __ATOMIC_ACQUIRE);
}
static inline uint32_t clinux_add32(void *place, uint32_t value) {
    return __atomic_add_fetch((uint32_t *)place, value, __ATOMIC_SEQ_CST);
}

/* Orders every store before it ahead of every load after it, for all processors. */
static inline void clinux_fence(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

/* Asks for a line of memory that is about to be written, which another processor may have. */
static inline void clinux_prefetch(const void *place) {
#if defined(__x86_64__)
    /* The builtin asks for writing only where the compiler is told that the processor can; every one of 64
     * bits takes the instruction. */
    __asm__ __volatile__("prefetchw %0" : : "m"(*(const char *)place));
#else
    __builtin_prefetch(place, 1, 3);
#endif
}

/* Tells the processor that this is a loop that waits for another one. */
static inline void clinux_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ __volatile__("yield");
#endif
}

/* The processor that this thread is on. */
uint32_t clinux_processor(void);

/* Sleeps while the word has this value, until woken, or for nothing; shared between processes, also
 * on a read-only mapping. `nanoseconds` is relative, 0: without end. 0 when woken, else -1 and errno
 * (EAGAIN: the value was another; ETIMEDOUT; EINTR). */
int clinux_futex_wait(const void *word, uint32_t value, uint64_t nanoseconds);
/* Sleeps while both words have their values, until either is woken, or for nothing. */
void clinux_futex_wait_two(const void *first, uint32_t first_value, const void *second,
                           uint32_t second_value);
/* Sleeps while up to 128 words have their values, until one of them is woken, or for nothing.
 * -1 where the kernel can't (before Linux 5.16). */
int clinux_futex_wait_any(const void *const words[], const uint32_t values[], int count);
/* Has the kernel set a word to 0 and wake who sleeps on it when this thread ends, unless it is the last
 * one of its process. set_tid_address(2). */
void clinux_clear_at_end(void *word);
/* Wakes so many that sleep on the word. */
void clinux_futex_wake(const void *word, int count);

#endif
