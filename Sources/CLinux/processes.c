/* SPDX-License-Identifier: Apache-2.0 */

#define _GNU_SOURCE
#include "CLinux.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

int clinux_thread_count(void) {
    /* The kernel counts one link for each thread, besides the folder's own two. */
    struct stat tasks;
    if (stat("/proc/self/task", &tasks) != 0) return -1;
    return (int)tasks.st_nlink - 2;
}

int clinux_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int clinux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

pid_t clinux_pidfd_process(int pidfd) {
    char path[48], text[512];
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", pidfd);
    int info = open(path, O_RDONLY | O_CLOEXEC);
    if (info < 0) return clinux_pidfd_send_signal(pidfd, 0) == 0 || errno == ESRCH ? 0 : -1;
    ssize_t size = read(info, text, sizeof text - 1);
    close(info);
    if (size < 0) return -1;
    text[size] = 0;
    const char *line = strstr(text, "\nPid:");
    return line == NULL ? -1 : (pid_t)atoi(line + 5);
}

static int wait_for(pid_t pid, clinux_exit *end, int options) {
    struct rusage used;
    pid_t reaped;
    memset(end, 0, sizeof *end);
    do reaped = wait4(pid, &end->status, options, &used);
    while (reaped < 0 && errno == EINTR);
    if (reaped < 0) return -1;
    if (reaped == 0) return 0;
    end->pid = reaped;
    end->peak_memory = (uint64_t)used.ru_maxrss * 1024;
    end->cpu_microseconds =
        (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000
        + (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
    return 0;
}

int clinux_wait_for(pid_t pid, clinux_exit *end) { return wait_for(pid, end, 0); }

int clinux_wait_if_ended(pid_t pid, clinux_exit *end) { return wait_for(pid, end, WNOHANG); }

static int reap(idtype_t type, id_t id, clinux_exit *end) {
    siginfo_t info;
    memset(end, 0, sizeof *end);
    for (;;) {
        memset(&info, 0, sizeof info);
        if (waitid(type, id, &info, WEXITED | WNOHANG | WNOWAIT) == 0) break;
        if (errno != EINTR) return -1;
    }
    if (info.si_pid == 0) return 0;
    /* While it is a zombie its number, and with it the group's, belongs to nobody else. A child that
     * leads no group has none of this number: then nothing is hit. */
    kill(-info.si_pid, SIGKILL);
    return clinux_wait_for(info.si_pid, end);
}

int clinux_reap_any(clinux_exit *end) { return reap(P_ALL, 0, end); }

int clinux_reap_pidfd(int pidfd, clinux_exit *end) { return reap(P_PIDFD, (id_t)pidfd, end); }

int clinux_status_code(int status) { return WEXITSTATUS(status); }
int clinux_status_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }

pid_t clinux_die_with_parent(void) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return getppid();
}

static _Atomic pid_t the_host;

_Noreturn void clinux_die_with_group(void) {
    /* Async-signal-safe. What the plugin started in this group goes too. */
    if (getpgrp() == getpid()) kill(0, SIGKILL);
    _exit(137);
}

static void parent_died(int signal) {
    (void)signal;
    if (getppid() != atomic_load(&the_host)) clinux_die_with_group();
}

int clinux_die_with_host(pid_t host) {
    atomic_store(&the_host, host);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = parent_died;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    int signal = SIGRTMAX - 2;
    if (sigaction(signal, &action, NULL) != 0) return -1;
    return prctl(PR_SET_PDEATHSIG, signal);
}

int clinux_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int clinux_reset_signals(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; signal++) sigaction(signal, &action, NULL);
    /* The C library keeps these two to itself; an ancestor may have had them ignored all the same.
     * All zero is the default action in any layout the kernel has. */
    static const char zeros[64];
    for (int signal = 32; signal < SIGRTMIN; signal++)
        syscall(SYS_rt_sigaction, signal, zeros, NULL, 8);
    sigset_t none;
    sigemptyset(&none);
    return sigprocmask(SIG_SETMASK, &none, NULL);
}

int clinux_block_signal(int signal) {
    sigset_t set;
    sigemptyset(&set);
    if (sigaddset(&set, signal) != 0) return -1;
    return sigprocmask(SIG_BLOCK, &set, NULL);
}

int clinux_unblock_signal(int signal) {
    sigset_t set;
    sigemptyset(&set);
    if (sigaddset(&set, signal) != 0) return -1;
    return sigprocmask(SIG_UNBLOCK, &set, NULL);
}

int clinux_ignore_signal(int number) { return signal(number, SIG_IGN) == SIG_ERR ? -1 : 0; }

int clinux_set_dumpable(int on) { return prctl(PR_SET_DUMPABLE, on, 0, 0, 0); }

void clinux_set_name(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

int clinux_set_limit(int limit, uint64_t value) {
    static const int resources[] = {RLIMIT_CORE, RLIMIT_DATA, RLIMIT_CPU, RLIMIT_NOFILE};
    if (limit < 0 || limit > CLINUX_LIMIT_FILES) {
        errno = EINVAL;
        return -1;
    }
    struct rlimit now;
    if (getrlimit((__rlimit_resource_t)resources[limit], &now) != 0) return -1;
    struct rlimit wanted = {.rlim_cur = value, .rlim_max = value};
    /* Above what we are allowed: as much as we are. */
    if (now.rlim_max != RLIM_INFINITY && wanted.rlim_max > now.rlim_max) {
        wanted.rlim_max = now.rlim_max;
        wanted.rlim_cur = now.rlim_max;
    }
    /* At the soft limit of CPU time comes SIGXCPU, which a plugin may ignore; SIGKILL a second on. */
    if (limit == CLINUX_LIMIT_CPU && wanted.rlim_max < now.rlim_max) wanted.rlim_max += 1;
    return setrlimit((__rlimit_resource_t)resources[limit], &wanted);
}

static _Atomic uint64_t the_first_open_files;

int clinux_raise_open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    uint64_t unset = 0;
    atomic_compare_exchange_strong(&the_first_open_files, &unset, (uint64_t)limit.rlim_cur);
    limit.rlim_cur = limit.rlim_max;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

uint64_t clinux_first_open_files(void) {
    uint64_t first = atomic_load(&the_first_open_files);
    struct rlimit limit;
    if (first == 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0) first = (uint64_t)limit.rlim_cur;
    return first;
}

int clinux_lower_open_files(uint64_t value) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    if (value >= limit.rlim_cur) return 0;
    limit.rlim_cur = (rlim_t)value;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

int clinux_clear_environment(void) { return clearenv(); }

int clinux_spawn(const char *path, char *const arguments[], char *const environment[], int control,
                 pid_t *pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    /* Above the numbers that the child's standard streams take. */
    int high = fcntl(control, F_DUPFD_CLOEXEC, 10);
    if (high < 0) return errno;
    int has_standard_error = fcntl(2, F_GETFD) >= 0;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        close(high);
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        close(high);
        return error;
    }
    if (error == 0) error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (error == 0 && !has_standard_error)
        error = posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, 2, 1);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, high, 3);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0) error = posix_spawnattr_setpgroup(&attributes, 0);
    if (error == 0)
        error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
                                                          | POSIX_SPAWN_SETPGROUP);
    if (error == 0) error = posix_spawn(pid, path, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(high);
    return error;
}

/* libdispatch's own face for run loops. Looked up, so that only who has libdispatch needs it. */
int clinux_main_queue_descriptor(void) {
    int (*handle)(void) = (int (*)(void))dlsym(RTLD_DEFAULT, "_dispatch_get_main_queue_handle_4CF");
    return handle == NULL ? -1 : handle();
}

void clinux_main_queue_drain(void) {
    static void (*drain)(void *);
    if (drain == NULL)
        drain = (void (*)(void *))dlsym(RTLD_DEFAULT, "_dispatch_main_queue_callback_4CF");
    if (drain != NULL) drain(NULL);
}
