/* SPDX-License-Identifier: Apache-2.0 */

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Swift's locks are futexes that hold the number of the thread that has them. Each module that uses one
 * keeps that number in thread-local storage, where a child finds that of the thread that forked it: the
 * first time that another thread wants a lock of its main thread, the kernel takes that for a lock of
 * somebody else's, and neither ever gets on. */

#define SWIFT_LIBRARY "libswiftCore.so"

struct renewal {
    uint32_t old, now;
};

/* Where a pointer of a module's dynamic section points: some loaders leave them as they are in the file. */
static const char *place(const struct dl_phdr_info *info, ElfW(Addr) address) {
    return (const char *)(address < info->dlpi_addr ? info->dlpi_addr + address : address);
}

/* Whether a module is the Swift runtime or uses it. Others keep the number of a thread for their own
 * purposes: libdispatch compares it with one that it has stored elsewhere. */
static int is_swift(const struct dl_phdr_info *info) {
    const ElfW(Dyn) *dynamic = NULL;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_DYNAMIC)
            dynamic = (const void *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    if (dynamic == NULL) return 0;
    const char *strings = NULL;
    for (const ElfW(Dyn) *entry = dynamic; entry->d_tag != DT_NULL; entry++)
        if (entry->d_tag == DT_STRTAB) strings = place(info, entry->d_un.d_ptr);
    if (strings == NULL) return 0;
    for (const ElfW(Dyn) *entry = dynamic; entry->d_tag != DT_NULL; entry++)
        if ((entry->d_tag == DT_NEEDED || entry->d_tag == DT_SONAME)
            && strcmp(strings + entry->d_un.d_val, SWIFT_LIBRARY) == 0)
            return 1;
    return 0;
}

/* What a module has of this thread's storage; NULL when that is not there yet. */
static uint32_t *storage(const struct dl_phdr_info *info) {
    if (info->dlpi_tls_data != NULL || info->dlpi_tls_modid == 0) return info->dlpi_tls_data;
#if defined(__x86_64__)
    return NULL;
#else
    /* With TLS descriptors it may be in use and not be told of. */
    struct {
        unsigned long module, offset;
    } index = {info->dlpi_tls_modid, 0};
    extern void *__tls_get_addr(void *);
    return __tls_get_addr(&index);
#endif
}

/* Whether two words are a pointer to something: its upper half is a small number, too. */
static int is_pointer(uint32_t lower, uint32_t upper) {
    unsigned char is_resident;
    const uintptr_t page = (uintptr_t)((uint64_t)upper << 32 | lower) & ~(uintptr_t)4095;
    return mincore((void *)page, 1, &is_resident) == 0 || errno != ENOMEM;
}

/* Replaces the number in what a module has of this thread's storage, among that which began as zero: every
 * word that is that number. The variables have no names that one could look for. A module with a variable
 * of another meaning that happens to have the same value on a template's main thread would see it changed,
 * which no Swift module is known to have. */
static int renew(struct dl_phdr_info *info, size_t size, void *context) {
    const struct renewal *renewal = context;
    if (size < offsetof(struct dl_phdr_info, dlpi_tls_data) + sizeof info->dlpi_tls_data
        || !is_swift(info))
        return 0;
    const ElfW(Phdr) *header = NULL;
    for (int i = 0; i < info->dlpi_phnum; i++)
        if (info->dlpi_phdr[i].p_type == PT_TLS) header = &info->dlpi_phdr[i];
    if (header == NULL) return 0;
    uint32_t *words = storage(info);
    if (words == NULL) return 0;
    for (size_t i = (header->p_filesz + 3) / 4; i < header->p_memsz / 4; i++) {
        if (words[i] != renewal->old) continue;
        const int is_upper = header->p_align >= 8 && i % 2 == 1;
        if (is_upper && words[i - 1] != 0 && is_pointer(words[i - 1], words[i])) continue;
        words[i] = renewal->now;
    }
    return 0;
}

static pid_t thread_number(void) { return (pid_t)syscall(SYS_gettid); }

/* In a child, by the thread that a thread with that number was copied to. */
static void renew_number(pid_t old) {
    struct renewal renewal = {.old = (uint32_t)old, .now = (uint32_t)thread_number()};
    dl_iterate_phdr(renew, &renewal);
}

pid_t clinux_fork(void) {
    const pid_t own = thread_number();
    pid_t pid = fork();
    if (pid == 0) renew_number(own);
    return pid;
}

pid_t clinux_fork_sibling(void) {
    /* Where the C library keeps this thread's number, and its list of robust mutexes: fork(2) of the
     * C library sets both anew in a child, but takes no flags. */
    int *tid = NULL;
    void *robust = NULL;
    size_t size = 0;
    if (prctl(PR_GET_TID_ADDRESS, &tid, 0, 0, 0) != 0 || tid == NULL) {
        errno = ENOSYS;
        return -1;
    }
    if (syscall(SYS_get_robust_list, 0, &robust, &size) != 0) return -1;
    const pid_t own = thread_number();
    unsigned long flags = CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
#if defined(__x86_64__)
    pid_t pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, tid, 0);
#else
    pid_t pid = (pid_t)syscall(SYS_clone, flags, NULL, NULL, 0, tid);
#endif
    if (pid == 0) {
        syscall(SYS_set_robust_list, robust, size);
        renew_number(own);
    }
    return pid;
}
