/* SPDX-License-Identifier: Apache-2.0 */

/* Has state, and says of its versions what can't be: it saves version 3 and writes 1 to 2. */

#include <backplane/state.h>

static void save(void *instance, backplane_call *call) {
    (void)instance;
    (void)call;
}

static void restore(void *instance, const uint8_t *state, uint64_t size, backplane_call *call) {
    (void)instance;
    (void)state;
    (void)size;
    (void)call;
}

static void save_as(void *instance, uint32_t version, backplane_call *call) {
    (void)instance;
    (void)version;
    (void)call;
}

static const backplane_plugin_state versions = {
    .struct_size = sizeof versions,
    .version = 3,
    .reads_from = 1,
    .reads_to = 3,
    .writes_from = 1,
    .writes_to = 2,
    .save_as = save_as,
};

static const void *extension(const struct backplane_plugin *plugin, const char *name) {
    (void)plugin;
    return name[10] == 's' && name[11] == 't' ? &versions : (void *)0;
}

#define FIXTURE_NAME "state-versions"
#define FIXTURE_MORE \
    .flags = BACKPLANE_PLUGIN_STATE, .save = save, .restore = restore, .extension = extension,
#include "minimal.h"
