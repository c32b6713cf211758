/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Asks its host for something when an instance is made, and goes by the reply. The environment says
 * what it asks for, CALLER_ASKS: `call`, `request` or `message`; and what it does when that is
 * refused, CALLER_THEN: `fail`, `crash`, `wait` (for ever) or nothing, which is to go on.
 */

#include <backplane/plugin.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURE_NAME "caller"
#define FIXTURE_MORE .create = create_asking,

typedef struct {
    const backplane_host *host;
    backplane_call *call;
} making;

static int is(const char *variable, const char *value) {
    const char *found = getenv(variable);
    return found != NULL && strcmp(found, value) == 0;
}

static void go_on(void *context, const backplane_outcome *outcome) {
    making *self = context;
    if (outcome->code != BACKPLANE_OK && is("CALLER_THEN", "crash")) abort();
    if (outcome->code != BACKPLANE_OK && is("CALLER_THEN", "wait")) return;
    const int fails = outcome->code != BACKPLANE_OK && is("CALLER_THEN", "fail");
    const backplane_outcome fine = {.struct_size = sizeof fine};
    self->host->complete(self->host->context, self->call, fails ? outcome : &fine);
    free(self);
}

static void create_asking(const struct backplane_plugin *plugin, const backplane_host *host,
                          const backplane_service *service, backplane_call *call,
                          void **instance) {
    (void)plugin, (void)service;
    *instance = (void *)host;
    making *self = malloc(sizeof *self);
    *self = (making){host, call};
    if (is("CALLER_ASKS", "request")) {
        return host->request(host->context, NULL, NULL, 0, 0, go_on, self);
    }
    if (is("CALLER_ASKS", "message")) {
        const uint32_t code = host->emit(host->context, NULL, NULL, 0, 0, NULL, NULL);
        /* Sent, and failing for a reason of its own. */
        const backplane_outcome outcome = {
            .struct_size = sizeof outcome,
            .code = code == BACKPLANE_OK ? BACKPLANE_FAILED : BACKPLANE_INTERNAL};
        return go_on(self, &outcome);
    }
    const backplane_request request = {
        .struct_size = sizeof request,
        .target = "other.method",
        .target_size = sizeof "other.method" - 1,
        .reply = go_on,
        .reply_context = self,
    };
    host->call(host->context, &request);
}

#include "../broken/minimal.h"
