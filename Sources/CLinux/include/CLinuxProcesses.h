/* SPDX-License-Identifier: Apache-2.0 */

/* Processes: making them, setting them up, seeing them end. */

#ifndef CLINUX_PROCESSES_H
#define CLINUX_PROCESSES_H

#include <stdint.h>
#include <sys/types.h>

/* How a child ended, and what it had used. */
typedef struct clinux_exit {
    pid_t pid; /* 0: none has ended */
    int status; /* as wait(2) */
    uint64_t peak_memory; /* bytes */
    uint64_t cpu_microseconds;
} clinux_exit;

/* fork(2), which Swift hides. Only for a process with one thread. In the child Swift's locks know that it
 * is another thread. */
pid_t clinux_fork(void);

/* Forks a child of this process's own parent (CLONE_PARENT), which gets its signal when it ends and is
 * the one to wait for it. Only for a process with one thread; runs no handlers of pthread_atfork(3).
 * ENOSYS where the kernel doesn't tell what the child's C library needs. */
pid_t clinux_fork_sibling(void);

/* The threads of this process, or -1. */
int clinux_thread_count(void);

int clinux_pidfd_open(pid_t pid);
int clinux_pidfd_send_signal(int pidfd, int signal);

/* The process behind a pidfd; 0 when it is one but the system does not tell, -1 when it is none. */
pid_t clinux_pidfd_process(int pidfd);

/* The next child that has ended, after everything left of its process group was killed: pid 0
 * when there is none. -1 and errno on failure (ECHILD: there are no children). */
int clinux_reap_any(clinux_exit *end);

/* The same for the child behind a pidfd; ECHILD when it is not, or no longer, a child of ours. */
int clinux_reap_pidfd(int pidfd, clinux_exit *end);

/* Waits for one child and reaps it. */
int clinux_wait_for(pid_t pid, clinux_exit *end);

/* Reaps one child if it has ended: pid 0 when it has not. -1 and errno on failure. */
int clinux_wait_if_ended(pid_t pid, clinux_exit *end);

int clinux_status_code(int status);
int clinux_status_signal(int status);

/* Dies with its parent thread (PR_SET_PDEATHSIG SIGKILL). Returns the parent's pid as it is now. */
pid_t clinux_die_with_parent(void);

/* Dies with `host`, though the parent be another: whenever the parent dies, this process and its
 * group are killed unless `host` is the parent then. Uses one real-time signal. 0, or -1 and errno. */
int clinux_die_with_host(pid_t host);

/* Kills this process and its group, at once. */
_Noreturn void clinux_die_with_group(void);

/* Orphans among the descendants become children of this process. */
int clinux_become_subreaper(void);

/* All signals back to their default dispositions, none blocked. */
int clinux_reset_signals(void);
int clinux_block_signal(int signal);
int clinux_unblock_signal(int signal);
int clinux_ignore_signal(int signal);

int clinux_set_dumpable(int on);
/* Names the calling thread; the kernel keeps 15 bytes. */
void clinux_set_name(const char *name);

enum {
    CLINUX_LIMIT_CORE = 0,
    CLINUX_LIMIT_MEMORY = 1, /* RLIMIT_DATA */
    CLINUX_LIMIT_CPU = 2, /* seconds */
    CLINUX_LIMIT_FILES = 3
};
int clinux_set_limit(int limit, uint64_t value);

/* Lets this process open as many files as it may (the soft limit goes up to the hard one). */
int clinux_raise_open_files(void);
/* The soft limit of open files before that. */
uint64_t clinux_first_open_files(void);
/* Sets the soft limit back to `value`, if that is lower. */
int clinux_lower_open_files(uint64_t value);

/* Starts a process that has this one's memory, nothing else of it, and ends a moment after it.
 *
 * The last process that has a memory gives it back, which takes most of the time that an end takes; one
 * whose memory is kept closes its files, and is known to have ended, before that. The keeper is a child of
 * this process's parent, which has to wait for it, and ends with that. Once in a process. 0, or -1 and
 * errno. */
int clinux_keep_memory(void);

/* Empties the environment. */
int clinux_clear_environment(void);

/* Starts `path` in a process group of its own with descriptor `control` as 3, /dev/null as 0,
 * standard error as 1, nothing else; signals reset. `arguments` and `environment` end with NULL. */
int clinux_spawn(const char *path, char *const arguments[], char *const environment[], int control,
                 pid_t *pid);

/* The main dispatch queue, drained by hand: the descriptor that says there is work, and the work. */
int clinux_main_queue_descriptor(void);
void clinux_main_queue_drain(void);

#endif
