/* SPDX-License-Identifier: Apache-2.0 */

#include "CLinux.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

int clinux_thread_start(void *(*body)(void *context), void *context) {
    pthread_attr_t attributes;
    int result = pthread_attr_init(&attributes);
    if (result != 0) return result;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    /* Inherited by the thread: signals go to those that want them. Not those of a thread's own
     * faults, which end the process without a handler's word when blocked, and not those of real
     * time, which plugins and clinux_die_with_host count on. */
    static const int own[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP, SIGPROF};
    sigset_t blocked, previous;
    sigfillset(&blocked);
    for (size_t index = 0; index < sizeof own / sizeof own[0]; index++)
        sigdelset(&blocked, own[index]);
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; signal++) sigdelset(&blocked, signal);
    pthread_sigmask(SIG_BLOCK, &blocked, &previous);
    pthread_t thread;
    result = pthread_create(&thread, &attributes, body, context);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    pthread_attr_destroy(&attributes);
    return result;
}

static _Thread_local int serves_many;

void clinux_thread_serves_many(void) { serves_many = 1; }

int clinux_thread_is_serving_many(void) { return serves_many; }
