/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A counter with state in C: it saves version 2, reads 1 to 3, writes 1 to 2. A state is an array of
 * two small numbers, its version and the count; version 3 is only read.
 *
 *   0 add()     counts one up; gives the count
 *   1 total()   gives the count
 */

#include <backplane/state.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const backplane_host *host;
    uint8_t count;
} counter;

static void give(counter *self, backplane_call *call, const uint8_t *payload, uint64_t size) {
    backplane_outcome outcome = {
        .struct_size = sizeof outcome, .payload = payload, .payload_size = size};
    self->host->complete(self->host->context, call, &outcome);
}

static void create(const struct backplane_plugin *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **instance) {
    (void)plugin, (void)service;
    counter *self = calloc(1, sizeof *self);
    self->host = host;
    *instance = self;
    give(self, call, NULL, 0);
}

static void destroy(void *instance) { free(instance); }

static void invoke(void *instance, const backplane_invocation *invocation, backplane_call *call) {
    counter *self = instance;
    if (invocation->method == 0) self->count++;
    uint8_t payload[2] = {0x18, self->count};
    give(self, call, payload, sizeof payload);
}

static void save_as(void *instance, uint32_t version, backplane_call *call) {
    counter *self = instance;
    uint8_t payload[4] = {0x82, (uint8_t)version, 0x18, self->count};
    give(self, call, payload, sizeof payload);
}

static void save(void *instance, backplane_call *call) { save_as(instance, 2, call); }

static void restore(void *instance, const uint8_t *state, uint64_t size, backplane_call *call) {
    counter *self = instance;
    if (size == 4 && state[0] == 0x82 && state[1] >= 1 && state[1] <= 3 && state[2] == 0x18) {
        self->count = state[3];
        return give(self, call, NULL, 0);
    }
    static const char words[] = "that is no state of a counter";
    backplane_outcome outcome = {
        .struct_size = sizeof outcome,
        .code = BACKPLANE_INCOMPATIBLE,
        .message = words,
        .message_size = sizeof words - 1,
    };
    self->host->complete(self->host->context, call, &outcome);
}

static const backplane_plugin_state versions = {
    .struct_size = sizeof versions,
    .version = 2,
    .reads_from = 1,
    .reads_to = 3,
    .writes_from = 1,
    .writes_to = 2,
    .save_as = save_as,
};

static const void *extension(const struct backplane_plugin *plugin, const char *name) {
    (void)plugin;
    return strcmp(name, BACKPLANE_STATE_EXTENSION) == 0 ? &versions : NULL;
}

static const backplane_method methods[] = {
    {.struct_size = sizeof(backplane_method), .name = "add", .result_type = "Int"},
    {.struct_size = sizeof(backplane_method), .name = "total", .result_type = "Int"},
};

static const backplane_plugin_descriptor descriptor = {
    .struct_size = sizeof descriptor,
    .magic = BACKPLANE_MAGIC,
    .abi_major = BACKPLANE_ABI_MAJOR,
    .abi_minor = BACKPLANE_ABI_MINOR,
    .flags = BACKPLANE_PLUGIN_STATE,
    .name = "counter",
    .version = "1.0.0",
    .methods = methods,
    .method_count = 2,
    .method_stride = sizeof(backplane_method),
    .create = create,
    .destroy = destroy,
    .invoke = invoke,
    .save = save,
    .restore = restore,
    .extension = extension,
};

BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void);

const backplane_plugin_descriptor *backplane_plugin(void) { return &descriptor; }
