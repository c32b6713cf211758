/* SPDX-License-Identifier: Apache-2.0 */

#define _GNU_SOURCE

#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

int clinux_sealed_memory(const char *name, size_t size) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    if (ftruncate(descriptor, (off_t)size) != 0
        || fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
        int error = errno;
        close(descriptor);
        errno = error;
        return -1;
    }
    return descriptor;
}

int clinux_seal_writing(int descriptor) {
    return fcntl(descriptor, F_ADD_SEALS, F_SEAL_FUTURE_WRITE | F_SEAL_SEAL);
}

int clinux_seal_seals(int descriptor) { return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SEAL); }

void *clinux_map_shared(int descriptor, size_t size, int writable) {
    void *memory = mmap(NULL, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED,
                        descriptor, 0);
    if (memory == MAP_FAILED) return NULL;
    /* A child has no business there: not a neighbour's, and not one that it starts itself. */
    madvise(memory, size, MADV_DONTFORK);
    return memory;
}

void clinux_unmap(const void *memory, size_t size) { munmap((void *)memory, size); }

int64_t clinux_size(int descriptor) {
    struct stat status;
    return fstat(descriptor, &status) == 0 ? (int64_t)status.st_size : -1;
}

uint32_t clinux_processor(void) {
    int processor = sched_getcpu();
    return processor < 0 ? 0 : (uint32_t)processor;
}

int clinux_futex_wait(const void *word, uint32_t value, uint64_t nanoseconds) {
    struct timespec limit = {.tv_sec = (time_t)(nanoseconds / 1000000000),
                             .tv_nsec = (long)(nanoseconds % 1000000000)};
    /* Not the private operation: the other side is another process. */
    return (int)syscall(SYS_futex, word, FUTEX_WAIT, value, nanoseconds ? &limit : NULL, NULL, 0);
}

void clinux_futex_wake(const void *word, int count) {
    syscall(SYS_futex, word, FUTEX_WAKE, count, NULL, NULL, 0);
}

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

struct waited_word {
    uint64_t value;
    uint64_t address;
    uint32_t flags;
    uint32_t reserved;
};

int clinux_futex_wait_any(const void *const words[], const uint32_t values[], int count) {
    enum { WORD_OF_32_BITS = 2, MOST = 128 };
    struct waited_word waited[MOST];
    if (count > MOST) count = MOST;
    for (int i = 0; i < count; i++) {
        waited[i] = (struct waited_word){values[i], (uint64_t)(uintptr_t)words[i],
                                         WORD_OF_32_BITS, 0};
    }
    if (syscall(SYS_futex_waitv, waited, count, 0, NULL, CLOCK_MONOTONIC) >= 0) return 0;
    return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

void clinux_clear_at_end(void *word) { syscall(SYS_set_tid_address, word); }

void clinux_futex_wait_two(const void *first, uint32_t first_value, const void *second,
                           uint32_t second_value) {
    enum { WORD_OF_32_BITS = 2 };
    struct waited_word words[2] = {
        {first_value, (uint64_t)(uintptr_t)first, WORD_OF_32_BITS, 0},
        {second_value, (uint64_t)(uintptr_t)second, WORD_OF_32_BITS, 0},
    };
    if (syscall(SYS_futex_waitv, words, 2, 0, NULL, CLOCK_MONOTONIC) >= 0) return;
    if (errno != ENOSYS) return;
    /* Before Linux 5.16: the second word is looked at again now and then. */
    enum { PATIENCE_NANOSECONDS = 5000000 };
    clinux_futex_wait(first, first_value, PATIENCE_NANOSECONDS);
}
