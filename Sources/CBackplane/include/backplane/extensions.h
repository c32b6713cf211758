/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Small things that a plugin may offer (plugin->extension). Each is asked for by its versioned name;
 * a plugin without it answers NULL, and the host does without.
 */

#ifndef BACKPLANE_EXTENSIONS_H
#define BACKPLANE_EXTENSIONS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_HEALTH_EXTENSION "backplane.health/1"
#define BACKPLANE_SELF_TEST_EXTENSION "backplane.self-test/1"
#define BACKPLANE_PRELOAD_EXTENSION "backplane.preload/1"
#define BACKPLANE_STATE_EXTENSION "backplane.state/1"

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

/* What all instances of an image share, loaded before workers are forked from it. */
typedef struct backplane_plugin_preload {
    uint32_t struct_size;
    uint32_t reserved;

    /* Loads it. At most once in an image, before any instance is made, in a process of one thread:
     * starts no thread. Calls `reply` exactly once, before returning; an outcome that is not
     * BACKPLANE_OK means that nothing can be forked from here. */
    void (*load)(const backplane_plugin_descriptor *plugin, backplane_reply reply,
                 void *reply_context);
} backplane_plugin_preload;

/*
 * Which versions of its state a plugin gives and takes, so that a host can tell before it touches
 * anything whether one build's state suits another. Of a plugin with BACKPLANE_PLUGIN_STATE; of one
 * without this extension the host knows no version, and its restore decides.
 *
 * Versions count from 1; a range includes both of its ends.
 */
typedef struct backplane_plugin_state {
    uint32_t struct_size;
    uint32_t version; /* what save gives */
    uint32_t reads_from; /* what restore takes */
    uint32_t reads_to;
    uint32_t writes_from; /* what save_as gives, `version` among them */
    uint32_t writes_to;

    /* As save, in the shape of another version: for an earlier build that is to take over. `version`
     * is one of the range above, and not what save gives. NULL: only save's own version. */
    void (*save_as)(void *instance, uint32_t version, backplane_call *call);
} backplane_plugin_state;

#ifdef __cplusplus
}
#endif

#endif
