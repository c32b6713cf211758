/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The extension "backplane.state/1" of a plugin (plugin->extension): the versions of its state.
 */

#ifndef BACKPLANE_STATE_H
#define BACKPLANE_STATE_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_STATE_EXTENSION "backplane.state/1"

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
