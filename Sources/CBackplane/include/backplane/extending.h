/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What access.h and hosting.h are to the tables, for the extensions of extensions.h: the host's side
 * asks, the SDK's side makes. Part of no contract.
 */

#ifndef BACKPLANE_EXTENDING_H
#define BACKPLANE_EXTENDING_H

#include "extensions.h"
#include "hosting.h"

#ifdef __cplusplus
extern "C" {
#endif

/* -- asking: 0, the call untouched, when the plugin does not have the extension ----------------- */

static inline int backplane_plugin_health_check(const void *plugin, void *instance,
                                                backplane_call *call) {
    const backplane_plugin_health *e = (const backplane_plugin_health *)backplane_plugin_extension(
        plugin, BACKPLANE_HEALTH_EXTENSION);
    if (e == NULL) return 0;
    e->check(instance, call);
    return 1;
}

static inline int backplane_plugin_self_test_run(const void *plugin, void *instance,
                                                 backplane_call *call) {
    const backplane_plugin_self_test *e =
        (const backplane_plugin_self_test *)backplane_plugin_extension(
            plugin, BACKPLANE_SELF_TEST_EXTENSION);
    if (e == NULL) return 0;
    e->run(instance, call);
    return 1;
}

static inline int backplane_plugin_preload_load(const void *plugin, backplane_reply reply,
                                                void *reply_context) {
    const backplane_plugin_preload *e =
        (const backplane_plugin_preload *)backplane_plugin_extension(
            plugin, BACKPLANE_PRELOAD_EXTENSION);
    if (e == NULL) return 0;
    e->load(backplane_plugin_of(plugin), reply, reply_context);
    return 1;
}

/* -- making: immortal ---------------------------------------------------------------------------- */

static inline const void *backplane_plugin_health_make(void (*check)(void *, backplane_call *)) {
    backplane_plugin_health *e = (backplane_plugin_health *)calloc(1, sizeof *e);
    if (e == NULL) return NULL;
    e->struct_size = sizeof *e;
    e->check = check;
    return e;
}

static inline const void *backplane_plugin_self_test_make(void (*run)(void *, backplane_call *)) {
    backplane_plugin_self_test *e = (backplane_plugin_self_test *)calloc(1, sizeof *e);
    if (e == NULL) return NULL;
    e->struct_size = sizeof *e;
    e->run = run;
    return e;
}

static inline const void *backplane_plugin_preload_make(
    void (*load)(const backplane_plugin_descriptor *, backplane_reply, void *)) {
    backplane_plugin_preload *e = (backplane_plugin_preload *)calloc(1, sizeof *e);
    if (e == NULL) return NULL;
    e->struct_size = sizeof *e;
    e->load = load;
    return e;
}

#ifdef __cplusplus
}
#endif

#endif
