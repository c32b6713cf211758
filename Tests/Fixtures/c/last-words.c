/* SPDX-License-Identifier: Apache-2.0 */

/* Dies when an instance is made, as a Swift plugin does: says why, and something after that. */

#include <stdio.h>
#include <stdlib.h>

#define FIXTURE_NAME "last-words"
#define FIXTURE_MORE .create = create,
#include <backplane/plugin.h>

static void create(const struct backplane_plugin *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **instance) {
    (void)plugin, (void)host, (void)service, (void)call, (void)instance;
    fprintf(stderr, "hello\nmain.swift:3: Fatal error: no luck\n\n  Current stack trace:\n");
    abort();
}

#include "../broken/minimal.h"
