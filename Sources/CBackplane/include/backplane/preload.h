/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The extension "backplane.preload/1" of a plugin (plugin->extension): what its workers share. One
 * without it answers NULL, and its workers load everything themselves.
 */

#ifndef BACKPLANE_PRELOAD_H
#define BACKPLANE_PRELOAD_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_PRELOAD_EXTENSION "backplane.preload/1"

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

#ifdef __cplusplus
}
#endif

#endif
