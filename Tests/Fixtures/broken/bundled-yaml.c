/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Bundles a "libyaml" of its own, with the names of the real one, as plugins that vendor a C
 * library do. `answer` must give this one's version, whatever the host is linked with.
 * Compiled twice: with -Bsymbolic, as scaffolded plugins are, which always has its own; and without,
 * which has its own as long as the host exports none.
 */

#include <backplane/plugin.h>

BACKPLANE_EXPORT const char *yaml_get_version_string(void);
BACKPLANE_EXPORT void yaml_get_version(int *major, int *minor, int *patch);

const char *yaml_get_version_string(void) { return "0.0.1-bundled"; }

void yaml_get_version(int *major, int *minor, int *patch) {
    *major = 0;
    *minor = 0;
    *patch = 1;
}

#define FIXTURE_NAME "bundled-yaml"
#define FIXTURE_ANSWER yaml_get_version_string()
#include "minimal.h"
