/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What access.h and hosting.h are to the tables, for the extensions of health.h, preload.h and
 * state.h: the host's side asks, the SDK's side makes. Part of no contract.
 */

#ifndef BACKPLANE_EXTENDING_H
#define BACKPLANE_EXTENDING_H

#include "health.h"
#include "hosting.h"
#include "preload.h"
#include "state.h"

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

/* -- the versions of a state: NULL, or readable up to `save_as` ----------------------------------- */

static inline const void *backplane_plugin_state_table(const void *plugin) {
    const void *e = backplane_plugin_extension(plugin, BACKPLANE_STATE_EXTENSION);
    if (e == NULL || !BACKPLANE_HAS(backplane_plugin_state, e, save_as)) return NULL;
    return e;
}
static inline uint32_t backplane_state_version(const void *e) {
    return ((const backplane_plugin_state *)e)->version;
}
static inline uint32_t backplane_state_reads_from(const void *e) {
    return ((const backplane_plugin_state *)e)->reads_from;
}
static inline uint32_t backplane_state_reads_to(const void *e) {
    return ((const backplane_plugin_state *)e)->reads_to;
}
static inline uint32_t backplane_state_writes_from(const void *e) {
    const backplane_plugin_state *s = (const backplane_plugin_state *)e;
    return s->save_as == NULL ? s->version : s->writes_from;
}
static inline uint32_t backplane_state_writes_to(const void *e) {
    const backplane_plugin_state *s = (const backplane_plugin_state *)e;
    return s->save_as == NULL ? s->version : s->writes_to;
}

/* Saves in the shape of a version, 0: the plugin's own. 0, the call untouched, when it can't. */
static inline int backplane_plugin_save_as(const void *plugin, void *instance, uint32_t version,
                                           backplane_call *call) {
    const backplane_plugin_state *e;
    if (version == 0) return backplane_plugin_save(plugin, instance, call);
    if (!backplane_plugin_has_state(plugin)) return 0;
    e = (const backplane_plugin_state *)backplane_plugin_state_table(plugin);
    if (e == NULL) return 0;
    if (version == e->version) return backplane_plugin_save(plugin, instance, call);
    if (e->save_as == NULL || version < e->writes_from || version > e->writes_to) return 0;
    e->save_as(instance, version, call);
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

static inline const void *backplane_plugin_state_make(uint32_t version, uint32_t reads_from,
                                                      uint32_t reads_to, uint32_t writes_from,
                                                      uint32_t writes_to,
                                                      void (*save_as)(void *, uint32_t,
                                                                      backplane_call *)) {
    backplane_plugin_state *e = (backplane_plugin_state *)calloc(1, sizeof *e);
    if (e == NULL) return NULL;
    e->struct_size = sizeof *e;
    e->version = version;
    e->reads_from = reads_from;
    e->reads_to = reads_to;
    e->writes_from = writes_from;
    e->writes_to = writes_to;
    e->save_as = save_as;
    return e;
}

#ifdef __cplusplus
}
#endif

#endif
