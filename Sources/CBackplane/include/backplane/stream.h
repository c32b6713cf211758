/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The extension "backplane.stream/1": a running call that closes its messages and requests before
 * its end, and a caller that hears of it at once. Without it they are closed with the call's outcome.
 */

#ifndef BACKPLANE_STREAM_H
#define BACKPLANE_STREAM_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_STREAM_EXTENSION "backplane.stream/1"

/* A flag of a nested call, besides those of plugin.h: when the callee closes its messages before its
 * end, `message` is called once more, after the last of them, with `payload` and `identifier` NULL.
 * That is nothing to acknowledge; the reply still comes. For BACKPLANE_REQUEST_MESSAGES only; a host
 * without the extension ignores it. */
enum { BACKPLANE_REQUEST_CLOSED = 1u << 2 };

/* What the host offers (host->extension). `context` is the host table's. Any thread. */
typedef struct backplane_host_stream {
    uint32_t struct_size;
    uint32_t reserved;

    /* Closes the messages and requests of a running call: its caller is told, once, after the
     * messages that were sent before. From then on `emit` for the call returns
     * BACKPLANE_UNAVAILABLE, and requests are answered with it, those that wait for an answer too.
     * The call goes on. Does not block.
     * Returns BACKPLANE_OK, also when they were closed before or the call has ended. */
    uint32_t (*close)(void *context, backplane_call *call);
} backplane_host_stream;

#ifdef __cplusplus
}
#endif

#endif
