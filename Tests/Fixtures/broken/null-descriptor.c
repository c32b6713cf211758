/* SPDX-License-Identifier: Apache-2.0 */

/* Has the entry symbol, which returns no descriptor. */

#include <backplane/plugin.h>
#include <stddef.h>

BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void);

const backplane_plugin_descriptor *backplane_plugin(void) { return NULL; }
