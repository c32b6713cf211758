/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Leaves behind what points into its code: a thread that runs for ever, an atexit handler, a signal
 * handler, a destructor of thread-local data. It answers with its version, a text that tests replace
 * in the built file.
 */

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

static const char mark[] = "BACKPLANE-VERSION-00000001";
static volatile unsigned long rounds;
static pthread_key_t key;

static void *work(void *context) {
    for (;;) {
        rounds++;
        usleep(1000);
    }
    return context;
}

static void handle(int number) {
    (void)number;
    rounds++;
}

static void leave(void) { rounds++; }

static void forget(void *context) {
    (void)context;
    rounds++;
}

__attribute__((constructor)) static void begin(void) { pthread_key_create(&key, forget); }

static const char *version(void) {
    static volatile int begun;
    const char *const volatile digits = mark + sizeof mark - 9;
    if (__sync_fetch_and_add(&begun, 1) == 0) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, NULL) == 0) pthread_detach(thread);
        signal(SIGUSR2, handle);
        atexit(leave);
    }
    pthread_setspecific(key, (void *)&begun);
    return digits;
}

#define FIXTURE_NAME "leftover"
#define FIXTURE_ANSWER version()
#include "../broken/minimal.h"
