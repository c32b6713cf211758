/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A plugin in C that builds large payloads in place and keeps those it is lent.
 *
 *   0 build(n)     n bytes, the i-th of them i, modulo 256; built in a buffer
 *   1 keep(bytes)  keeps its arguments where they are; gives whether that went without a copy
 *   2 kept()       gives what was kept, the whole arguments, and keeps it no more
 *   3 misuse()     does what no plugin should: true when nothing came of it
 */

#include <backplane/buffers.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const backplane_host *host;
    const backplane_host_buffers *buffers;
    backplane_buffer *kept;
    const uint8_t *bytes;
    uint64_t size;
} instance;

static void give(instance *self, backplane_call *call, const uint8_t *payload, uint64_t size) {
    backplane_outcome outcome = {
        .struct_size = sizeof outcome, .payload = payload, .payload_size = size};
    self->host->complete(self->host->context, call, &outcome);
}

static void give_bool(instance *self, backplane_call *call, int value) {
    uint8_t payload = value ? 0xf5 : 0xf4;
    give(self, call, &payload, 1);
}

static void fail(instance *self, backplane_call *call, uint32_t code) {
    static const char words[] = "there is no buffer";
    backplane_outcome outcome = {
        .struct_size = sizeof outcome,
        .code = code,
        .message = words,
        .message_size = sizeof words - 1,
    };
    self->host->complete(self->host->context, call, &outcome);
}

static void create(const struct backplane_plugin *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **made) {
    (void)plugin, (void)service;
    instance *self = calloc(1, sizeof *self);
    self->host = host;
    self->buffers = host->extension(host->context, BACKPLANE_BUFFERS_EXTENSION);
    *made = self;
    if (self->buffers == NULL) return fail(self, call, BACKPLANE_INCOMPATIBLE);
    give(self, call, NULL, 0);
}

static void destroy(void *made) { free(made); }

/* The number in [n], of at most 32 bits. */
static uint64_t number(const backplane_invocation *invocation) {
    const uint8_t *p = invocation->payload;
    if (invocation->payload_size == 6 && p[0] == 0x81 && p[1] == 0x1a)
        return (uint64_t)p[2] << 24 | p[3] << 16 | p[4] << 8 | p[5];
    return 0;
}

static void build(instance *self, const backplane_invocation *invocation, backplane_call *call) {
    uint64_t count = number(invocation);
    backplane_buffer *buffer;
    uint8_t *bytes;
    uint32_t code = self->buffers->allocate(self->host->context, call, NULL, 0, 5 + count,
                                            invocation->deadline, 0, &buffer, &bytes);
    if (code != BACKPLANE_OK) return fail(self, call, code);
    uint8_t head[5] = {0x5a, count >> 24, count >> 16, count >> 8, count};
    memcpy(bytes, head, sizeof head);
    for (uint64_t i = 0; i < count; i++) bytes[5 + i] = (uint8_t)i;
    give(self, call, bytes, 5 + count);
    self->buffers->release(self->host->context, buffer);
}

static void keep(instance *self, const backplane_invocation *invocation, backplane_call *call) {
    self->kept =
        self->buffers->keep(self->host->context, invocation->payload, invocation->payload_size);
    self->bytes = invocation->payload;
    self->size = invocation->payload_size;
    give_bool(self, call, self->kept != NULL);
}

static void kept(instance *self, backplane_call *call) {
    if (self->kept == NULL) return fail(self, call, BACKPLANE_UNAVAILABLE);
    backplane_buffer *buffer = self->kept;
    self->kept = NULL;
    give(self, call, self->bytes, self->size);
    self->buffers->release(self->host->context, buffer);
}

static void misuse(instance *self, backplane_call *call) {
    static uint8_t own[1 << 20];
    void *context = self->host->context;
    const backplane_host_buffers *b = self->buffers;
    backplane_buffer *buffer = NULL;
    uint8_t *bytes = NULL;
    int isRefused = b->keep(context, own, sizeof own) == NULL
        && b->keep(context, NULL, 1 << 20) == NULL && b->keep(context, own, UINT64_MAX) == NULL
        && b->allocate(context, NULL, NULL, 0, UINT64_MAX, 0, 0, &buffer, &bytes) != BACKPLANE_OK
        && b->allocate(context, NULL, NULL, 0, 1 << 20, 0, 0, NULL, &bytes) != BACKPLANE_OK
        && buffer == NULL && bytes == NULL;
    b->release(context, NULL);
    b->release(context, (backplane_buffer *)own);
    if (b->allocate(context, NULL, NULL, 0, 1 << 20, BACKPLANE_NO_DEADLINE, 0, &buffer, &bytes)
        == BACKPLANE_OK) {
        /* Twice: the second reference is nobody's. */
        b->release(context, buffer);
        b->release(context, buffer);
    }
    give_bool(self, call, isRefused);
}

static void invoke(void *made, const backplane_invocation *invocation, backplane_call *call) {
    instance *self = made;
    switch (invocation->method) {
    case 0: return build(self, invocation, call);
    case 1: return keep(self, invocation, call);
    case 2: return kept(self, call);
    default: return misuse(self, call);
    }
}

static const char *const count_names[] = {"count"};
static const char *const bytes_names[] = {"bytes"};

static const backplane_method methods[] = {
    {.struct_size = sizeof(backplane_method), .name = "build", .parameter_names = count_names,
     .parameter_count = 1, .result_type = "Bytes"},
    {.struct_size = sizeof(backplane_method), .name = "keep", .parameter_names = bytes_names,
     .parameter_count = 1, .result_type = "Bool"},
    {.struct_size = sizeof(backplane_method), .name = "kept", .result_type = "[Bytes]"},
    {.struct_size = sizeof(backplane_method), .name = "misuse", .result_type = "Bool"},
};

static const backplane_plugin_descriptor descriptor = {
    .struct_size = sizeof descriptor,
    .magic = BACKPLANE_MAGIC,
    .abi_major = BACKPLANE_ABI_MAJOR,
    .abi_minor = BACKPLANE_ABI_MINOR,
    .name = "buffers",
    .version = "1.0.0",
    .methods = methods,
    .method_count = 4,
    .method_stride = sizeof(backplane_method),
    .create = create,
    .destroy = destroy,
    .invoke = invoke,
};

BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void);

const backplane_plugin_descriptor *backplane_plugin(void) { return &descriptor; }
