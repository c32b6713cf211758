/* SPDX-License-Identifier: Apache-2.0 */

/* A plugin that ends its calls in every way that the ABI allows, and in some that it doesn't. */

#include "backplane/plugin.h"
#include "backplane/stream.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const backplane_host *host;
} raw;

static void complete(const backplane_host *host, backplane_call *call, uint32_t code,
                     const char *message) {
    static const uint8_t yes[] = {0xf5};
    backplane_outcome outcome = {0};
    outcome.struct_size = sizeof outcome;
    outcome.code = code;
    if (code == BACKPLANE_OK) {
        outcome.payload = yes;
        outcome.payload_size = sizeof yes;
    } else {
        outcome.message = message;
        outcome.message_size = strlen(message);
    }
    host->complete(host->context, call, &outcome);
}

typedef struct {
    const backplane_host *host;
    backplane_call *call;
} completion;

static void *complete_later(void *context) {
    completion *later = context;
    complete(later->host, later->call, BACKPLANE_OK, "");
    free(later);
    return NULL;
}

static void create(const backplane_plugin_descriptor *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **instance) {
    (void)plugin;
    (void)service;
    raw *made = calloc(1, sizeof *made);
    made->host = host;
    *instance = made;
    complete(host, call, BACKPLANE_OK, "");
}

static void destroy(void *instance) { free(instance); }

static void take_answer(void *context, const backplane_outcome *outcome) {
    completion *asked = context;
    complete(asked->host, asked->call,
             outcome->code == BACKPLANE_UNAVAILABLE ? BACKPLANE_OK : BACKPLANE_FAILED,
             "a request of a call that was closed was answered");
    free(asked);
}

/* Sends, closes twice, and ends well when nothing can be sent or asked any more. */
static void send_and_close(const backplane_host *host, backplane_call *call) {
    static const uint8_t yes[] = {0xf5};
    const backplane_host_stream *stream =
        host->extension(host->context, BACKPLANE_STREAM_EXTENSION);
    if (stream == NULL || stream->struct_size < sizeof *stream) {
        complete(host, call, BACKPLANE_INCOMPATIBLE, "the host has no streams");
        return;
    }
    host->emit(host->context, call, yes, sizeof yes, 0, NULL, NULL);
    if (stream->close(host->context, call) != BACKPLANE_OK
        || stream->close(host->context, call) != BACKPLANE_OK
        || host->emit(host->context, call, yes, sizeof yes, 0, NULL, NULL)
               != BACKPLANE_UNAVAILABLE) {
        complete(host, call, BACKPLANE_FAILED, "a call that was closed sends");
        return;
    }
    completion *asked = malloc(sizeof *asked);
    asked->host = host;
    asked->call = call;
    host->request(host->context, call, yes, sizeof yes, 0, take_answer, asked);
}

/* Method 0: `end(code)` with a small CBOR integer. 1: `twice()`. 2: `elsewhere()`. 3: `never()`.
 * 4: `close()`. */
static void invoke(void *instance, const backplane_invocation *invocation, backplane_call *call) {
    const backplane_host *host = ((raw *)instance)->host;
    switch (invocation->method) {
    case 0: {
        uint32_t code = 99;
        if (invocation->payload_size == 2 && invocation->payload[1] < 24)
            code = invocation->payload[1];
        complete(host, call, code, "as you wished");
        return;
    }
    case 1:
        host->retain(host->context, call);
        host->retain(host->context, call);
        complete(host, call, BACKPLANE_OK, "");
        complete(host, call, BACKPLANE_FAILED, "a second outcome");
        host->release(host->context, call);
        return;
    case 2: {
        completion *later = malloc(sizeof *later);
        later->host = host;
        later->call = call;
        pthread_t thread;
        if (pthread_create(&thread, NULL, complete_later, later) == 0) pthread_detach(thread);
        return;
    }
    case 4: send_and_close(host, call); return;
    default: return; /* never ends: the deadline does */
    }
}

static const char *const one[] = {"code"};
static const char *const integer[] = {"Int"};

static const backplane_method methods[] = {
    {sizeof(backplane_method), 0, "end", NULL, one, integer, "Bool", 1, 0},
    {sizeof(backplane_method), 0, "twice", NULL, NULL, NULL, "Bool", 0, 0},
    {sizeof(backplane_method), BACKPLANE_METHOD_ASYNC, "elsewhere", NULL, NULL, NULL, "Bool", 0, 0},
    {sizeof(backplane_method), BACKPLANE_METHOD_ASYNC, "never", NULL, NULL, NULL, "Bool", 0, 0},
    {sizeof(backplane_method), BACKPLANE_METHOD_ASYNC, "close", NULL, NULL, NULL, "Bool", 0, 0},
};

static const backplane_plugin_descriptor descriptor = {
    .struct_size = sizeof(backplane_plugin_descriptor),
    .magic = BACKPLANE_MAGIC,
    .abi_major = BACKPLANE_ABI_MAJOR,
    .abi_minor = BACKPLANE_ABI_MINOR,
    .name = "raw",
    .version = "1.0.0",
    .compiler = "c",
    .methods = methods,
    .method_count = sizeof methods / sizeof methods[0],
    .method_stride = sizeof(backplane_method),
    .create = create,
    .destroy = destroy,
    .invoke = invoke,
};

BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void) { return &descriptor; }
