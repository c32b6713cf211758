/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What ZeroMQ reaches between two processes on this machine, by its transport `ipc`.
 *
 *     zeromq-peer pair|push NEAR-CPU FAR-CPU SAMPLES BATCH [DEPTH]
 *
 * `pair`: one thread keeps DEPTH messages of 64 bytes on their way to a process that sends them back;
 * a sample is the time in which BATCH came back. `push`: a process sends, and a sample is the time in
 * which BATCH arrived. The report is that of backplane-limits.
 */

#define _GNU_SOURCE
#include "measuring.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zmq.h>

#define MESSAGE 64

/* What both processes know. */
typedef struct conversation {
    char endpoint[64];
    size_t count;
} conversation;

static void check(int result, const char *what) {
    if (result < 0) give_up(what);
}

static void *open_socket(void *context, int kind) {
    void *socket = zmq_socket(context, kind);
    if (socket == NULL) give_up("zmq_socket");
    return socket;
}

static void echo(void *context) {
    const conversation *with = context;
    void *library = zmq_ctx_new();
    void *socket = open_socket(library, ZMQ_PAIR);
    check(zmq_connect(socket, with->endpoint), "zmq_connect");
    char text[MESSAGE];
    for (size_t index = 0; index < with->count; index++) {
        int size = zmq_recv(socket, text, sizeof text, 0);
        check(size, "zmq_recv");
        check(zmq_send(socket, text, (size_t)size, 0), "zmq_send");
    }
    zmq_close(socket);
    zmq_ctx_term(library);
}

static void push(void *context) {
    const conversation *with = context;
    void *library = zmq_ctx_new();
    void *socket = open_socket(library, ZMQ_PUSH);
    check(zmq_connect(socket, with->endpoint), "zmq_connect");
    char text[MESSAGE] = {0};
    for (size_t index = 0; index < with->count; index++) {
        check(zmq_send(socket, text, sizeof text, 0), "zmq_send");
    }
    zmq_close(socket);
    zmq_ctx_term(library);
}

/* Takes all samples; `depth` messages are sent before the first is awaited, 0 for a peer that sends
 * by itself. */
static void measure(void *socket, const request *what, size_t depth, report *into) {
    char text[MESSAGE] = {0};
    for (size_t index = 0; index < depth; index++) {
        check(zmq_send(socket, text, sizeof text, 0), "zmq_send");
    }
    /* Not from the first on: processes have to find each other. */
    check(zmq_recv(socket, text, sizeof text, 0), "zmq_recv");
    for (size_t sample = 0; sample < what->samples; sample++) {
        uint64_t begin = now();
        for (size_t index = 0; index < what->batch; index++) {
            if (depth > 0) check(zmq_send(socket, text, sizeof text, 0), "zmq_send");
            check(zmq_recv(socket, text, sizeof text, 0), "zmq_recv");
        }
        into->samples[sample] = now() - begin;
    }
    for (size_t index = 1; index < depth; index++) {
        check(zmq_recv(socket, text, sizeof text, 0), "zmq_recv");
    }
}

int main(int count, char **words) {
    int is_pair = count > 1 && strcmp(words[1], "pair") == 0;
    if (count < 6 || (!is_pair && strcmp(words[1], "push") != 0)) {
        fputs("usage: zeromq-peer pair|push NEAR FAR SAMPLES BATCH [DEPTH]\n", stderr);
        return 64;
    }
    request what = {
        .near_cpu = atoi(words[2]),
        .far_cpu = atoi(words[3]),
        .samples = strtoull(words[4], NULL, 10),
        .batch = strtoull(words[5], NULL, 10),
    };
    size_t depth = is_pair ? (count > 6 ? strtoull(words[6], NULL, 10) : 64) : 0;
    report into = {.samples = calloc(what.samples, sizeof(uint64_t))};
    if (into.samples == NULL) give_up("calloc");
    conversation with = {.count = what.samples * what.batch + (is_pair ? depth : 1)};
    snprintf(with.endpoint, sizeof with.endpoint, "ipc:///tmp/backplane-bench-%d", (int)getpid());

    /* Before the library has threads. */
    pid_t peer = fork_peer(is_pair ? echo : push, &with, what.far_cpu);
    stay_on(what.near_cpu);
    void *library = zmq_ctx_new();
    void *socket = open_socket(library, is_pair ? ZMQ_PAIR : ZMQ_PULL);
    check(zmq_bind(socket, with.endpoint), "zmq_bind");
    measure(socket, &what, depth, &into);
    into.near_cpu = what.near_cpu >= 0 ? what.near_cpu : sched_getcpu();
    into.far_cpu = what.far_cpu;
    zmq_close(socket);
    zmq_ctx_term(library);
    waitpid(peer, NULL, 0);
    write_report(&what, &into);
    return 0;
}
