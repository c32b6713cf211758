/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Needs a function that is nowhere, `backplane_fixture_missing`. Opened lazily it would load, and
 * die in its first call; with RTLD_NOW opening it fails, and the message names the function.
 */

extern const char *backplane_fixture_missing(void);

#define FIXTURE_NAME "unresolved"
#define FIXTURE_ANSWER backplane_fixture_missing()
#include "minimal.h"
