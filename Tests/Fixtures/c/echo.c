/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A complete Backplane plugin in C. Build it with nothing but the header:
 *
 *     cc -shared -fPIC -fvisibility=hidden -I <backplane>/include echo.c -o libEcho.so
 *
 * and mount it in any slot. It has two methods: `echo`, which gives back its argument, and `count`,
 * which says how often `echo` was called.
 */

#include <backplane/plugin.h>

#include <stdlib.h>
#include <string.h>

/* One instance: what a service keeps between calls. Calls come on many threads at once, so shared
 * data is atomic or locked. */
typedef struct {
    const backplane_host *host; /* alive as long as this image: keep it */
    uint64_t calls;
} echo;

enum { METHOD_ECHO, METHOD_COUNT };

/* Every call ends with exactly one `complete`. The host copies the bytes. */
static void succeed(echo *self, backplane_call *call, const uint8_t *value, uint64_t size) {
    backplane_outcome outcome = {.struct_size = sizeof outcome, .code = BACKPLANE_OK};
    outcome.payload = value;
    outcome.payload_size = size;
    self->host->complete(self->host->context, call, &outcome);
}

static void fail(echo *self, backplane_call *call, uint32_t code, const char *message) {
    backplane_outcome outcome = {.struct_size = sizeof outcome, .code = code};
    outcome.message = message;
    outcome.message_size = strlen(message);
    self->host->complete(self->host->context, call, &outcome);
}

/* Makes an instance. It takes no port, no lock, no connection: that is for `start`. */
static void create(const backplane_plugin_descriptor *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **instance) {
    (void)plugin, (void)service;
    echo *self = calloc(1, sizeof *self);
    if (self == NULL) {
        echo nobody = {.host = host};
        fail(&nobody, call, BACKPLANE_INTERNAL, "out of memory");
        return;
    }
    self->host = host;
    *instance = self; /* before the call is completed */
    succeed(self, call, NULL, 0); /* no bytes: null */
}

static void destroy(void *instance) { free(instance); }

/* Runs a method. The payload is one CBOR item: by position, an array of the arguments. It is only
 * ours until we return. */
static void invoke(void *instance, const backplane_invocation *invocation, backplane_call *call) {
    echo *self = instance;
    if (invocation->method == METHOD_COUNT) {
        /* A CBOR integer of eight bytes, highest first. */
        uint64_t calls = __atomic_load_n(&self->calls, __ATOMIC_RELAXED);
        uint8_t number[9] = {0x1b};
        for (int i = 0; i < 8; i++) number[1 + i] = (uint8_t)(calls >> (56 - 8 * i));
        succeed(self, call, number, sizeof number);
        return;
    }
    __atomic_fetch_add(&self->calls, 1, __ATOMIC_RELAXED);
    /* 0x81 opens an array of one: what follows is the argument, and our result. */
    if (invocation->payload_size < 2 || invocation->payload[0] != 0x81) {
        fail(self, call, BACKPLANE_INVALID_ARGUMENT, "echo takes one argument, by position");
        return;
    }
    succeed(self, call, invocation->payload + 1, invocation->payload_size - 1);
}

static const char *const echo_names[] = {"value"};
static const char *const echo_types[] = {"any"};

static const backplane_method methods[] = {
    [METHOD_ECHO] = {sizeof(backplane_method), BACKPLANE_METHOD_IDEMPOTENT, "echo",
                     "Gives back its argument.", echo_names, echo_types, "any", 1, 0},
    [METHOD_COUNT] = {sizeof(backplane_method), BACKPLANE_METHOD_IDEMPOTENT, "count",
                      "How often echo was called.", NULL, NULL, "UInt64", 0, 0},
};

static const backplane_plugin_descriptor descriptor = {
    .struct_size = sizeof descriptor, .magic = BACKPLANE_MAGIC,
    .abi_major = BACKPLANE_ABI_MAJOR, .abi_minor = BACKPLANE_ABI_MINOR,
    .name = "echo", .version = "1.0.0", .summary = "The smallest plugin in C.",
    .compiler = "cc", .target = "x86_64-linux",
    .methods = methods, .method_count = 2, .method_stride = sizeof(backplane_method),
    .create = create, .destroy = destroy, .invoke = invoke,
};

/* The one symbol that a plugin exports. */
BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void) { return &descriptor; }
