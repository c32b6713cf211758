/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The extensions "backplane.health/1" and "backplane.self-test/1" of a plugin (plugin->extension): an
 * instance that says how it is doing, and one that tries whether it works. A plugin without them
 * answers NULL, and counts as healthy.
 */

#ifndef BACKPLANE_HEALTH_H
#define BACKPLANE_HEALTH_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_HEALTH_EXTENSION "backplane.health/1"
#define BACKPLANE_SELF_TEST_EXTENSION "backplane.self-test/1"

/* How an instance is doing, in its own words. */
typedef struct backplane_plugin_health {
    uint32_t struct_size;
    uint32_t reserved;

    /* Completes `call` with null when all is well; with text when the instance works, though not as
     * it should, saying what is wrong; with an error when it does not work. While calls run, on a
     * thread of the slot; may block. */
    void (*check)(void *instance, backplane_call *call);
} backplane_plugin_health;

/* Whether an instance does its work. */
typedef struct backplane_plugin_self_test {
    uint32_t struct_size;
    uint32_t reserved;

    /* Completes `call` with any value when it does, with an error when it does not. On an instance
     * that is created, started or not, on a thread of the slot; may block. */
    void (*run)(void *instance, backplane_call *call);
} backplane_plugin_self_test;

#ifdef __cplusplus
}
#endif

#endif
