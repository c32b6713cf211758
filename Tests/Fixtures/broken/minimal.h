/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A sound plugin with one method, `answer()`, for each fixture to break in its own way. What a
 * fixture defines before it includes this takes the place of what stands here.
 *
 *   FIXTURE_NAME      the plugin's name
 *   FIXTURE_MAGIC, FIXTURE_MAJOR, FIXTURE_MINOR, FIXTURE_SIZE   what the descriptor claims
 *   FIXTURE_ANSWER    an expression: the text that `answer` gives, at most 23 bytes
 *   FIXTURE_ENTRY     the name of the entry function
 *   FIXTURE_MORE      further members of the descriptor
 */

#ifndef FIXTURE_MINIMAL_H
#define FIXTURE_MINIMAL_H

#include <backplane/plugin.h>
#include <stddef.h>
#include <string.h>

#ifndef FIXTURE_NAME
#define FIXTURE_NAME "minimal"
#endif
#ifndef FIXTURE_MAGIC
#define FIXTURE_MAGIC BACKPLANE_MAGIC
#endif
#ifndef FIXTURE_MAJOR
#define FIXTURE_MAJOR BACKPLANE_ABI_MAJOR
#endif
#ifndef FIXTURE_MINOR
#define FIXTURE_MINOR BACKPLANE_ABI_MINOR
#endif
#ifndef FIXTURE_SIZE
#define FIXTURE_SIZE sizeof(backplane_plugin_descriptor)
#endif
#ifndef FIXTURE_ANSWER
#define FIXTURE_ANSWER "here"
#endif
#ifndef FIXTURE_ENTRY
#define FIXTURE_ENTRY backplane_plugin
#endif
#ifndef FIXTURE_MORE
#define FIXTURE_MORE
#endif

#if defined(__x86_64__)
#define FIXTURE_TARGET "x86_64-linux"
#elif defined(__aarch64__)
#define FIXTURE_TARGET "aarch64-linux"
#endif

/* The instance is the host's table: there is nothing else to remember. */
static void fixture_create(const struct backplane_plugin *plugin, const backplane_host *host,
                           const backplane_service *service, backplane_call *call,
                           void **instance) {
    (void)plugin;
    (void)service;
    *instance = (void *)host;
    backplane_outcome outcome = {.struct_size = sizeof outcome};
    host->complete(host->context, call, &outcome);
}

static void fixture_destroy(void *instance) { (void)instance; }

/* Completes with a CBOR text string of less than 24 bytes. */
static void fixture_invoke(void *instance, const backplane_invocation *invocation,
                           backplane_call *call) {
    (void)invocation;
    const backplane_host *host = instance;
    const char *answer = FIXTURE_ANSWER;
    size_t size = strlen(answer);
    if (size > 23) size = 23;
    uint8_t payload[24];
    payload[0] = (uint8_t)(0x60 | size);
    memcpy(payload + 1, answer, size);
    backplane_outcome outcome = {
        .struct_size = sizeof outcome, .payload = payload, .payload_size = size + 1};
    host->complete(host->context, call, &outcome);
}

static const backplane_method fixture_methods[] = {{
    .struct_size = sizeof(backplane_method),
    .flags = BACKPLANE_METHOD_IDEMPOTENT,
    .name = "answer",
    .summary = "Gives a text that tells the fixture.",
    .result_type = "String",
}};

static const backplane_plugin_descriptor fixture_descriptor = {
    .struct_size = FIXTURE_SIZE,
    .magic = FIXTURE_MAGIC,
    .abi_major = FIXTURE_MAJOR,
    .abi_minor = FIXTURE_MINOR,
    .name = FIXTURE_NAME,
    .version = "1.0.0",
    .compiler = "c",
    .target = FIXTURE_TARGET,
    .methods = fixture_methods,
    .method_count = 1,
    .method_stride = sizeof(backplane_method),
    .create = fixture_create,
    .destroy = fixture_destroy,
    .invoke = fixture_invoke,
    FIXTURE_MORE
};

BACKPLANE_EXPORT const backplane_plugin_descriptor *FIXTURE_ENTRY(void);

const backplane_plugin_descriptor *FIXTURE_ENTRY(void) { return &fixture_descriptor; }

#endif
