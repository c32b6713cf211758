/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The extension "backplane.buffers/1": large payloads that are built where they are sent from, and
 * borrowed ones that are kept without a copy. Without it everything works and is copied.
 */

#ifndef BACKPLANE_BUFFERS_H
#define BACKPLANE_BUFFERS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_BUFFERS_EXTENSION "backplane.buffers/1"

/* Memory that the plugin has a reference to: one that `allocate` or `keep` gave. Opaque. */
typedef struct backplane_buffer backplane_buffer;

/* Payloads up to this size are copied anyway: buffers pay for larger ones only. */
#define BACKPLANE_BUFFER_MINIMUM 16384

/* A flag of `allocate`: when there is no room now, BACKPLANE_OVERLOADED instead of waiting. */
enum { BACKPLANE_BUFFER_NO_WAIT = 1u << 0 };

/*
 * What the host offers (host->extension). `context` is the host table's. Any thread.
 *
 * Ownership: `allocate` and `keep` each give one reference, which `release` takes back; the memory
 * stays while there is one. A payload that is passed to `complete`, `emit`, `request`, `call` or
 * `respond`, lies in a buffer as a whole and is larger than BACKPLANE_BUFFER_MINIMUM is not copied by
 * them: the host takes a reference of its own for as long as anybody reads it, and the plugin still
 * releases its own, before or after. From the first time on that it was passed on, what was passed is
 * not written to any more; it may be passed again, and other parts of the buffer may be written.
 */
typedef struct backplane_host_buffers {
    uint32_t struct_size;
    uint32_t reserved;

    /* Gives memory for a payload of `size` bytes, to be written by the plugin; its content is
     * undefined. In a worker it is memory that the worker shares with its host, elsewhere that of the
     * host. With a `target`, the name of a service that the payload is to be sent to by `call`, it is
     * memory that a worker of that service can read, if it is in workers of its own and the plugin is
     * not; else the target makes no difference, and any payload may lie in any buffer.
     *
     * Such memory is bounded. When there is no room it blocks until there is, until `deadline` (absolute,
     * or BACKPLANE_NO_DEADLINE), and until that of `call` (which may be NULL).
     * Returns BACKPLANE_OK and stores both; else BACKPLANE_DEADLINE_EXCEEDED, BACKPLANE_CANCELLED,
     * BACKPLANE_OVERLOADED, BACKPLANE_TOO_LARGE (it never fits: make it smaller, or copy), BACKPLANE_NOT_FOUND,
     * BACKPLANE_PERMISSION_DENIED (of the target), BACKPLANE_UNAVAILABLE, BACKPLANE_INTERNAL, and stores nothing. */
    uint32_t (*allocate)(void *context, backplane_call *call, const char *target,
                         uint64_t target_size, uint64_t size, uint64_t deadline, uint32_t flags,
                         backplane_buffer **buffer, uint8_t **bytes);

    /* Takes a reference back. The plugin does not touch the memory any more, also not what it has
     * passed on. Does not block. */
    void (*release)(void *context, backplane_buffer *buffer);

    /* Keeps memory that the plugin is lent at this moment (the payload of an invocation until
     * `invoke` returns, of an outcome, message or question until the function returns that takes
     * it), or has a buffer of: it stays as it is, at the same place, until the reference is released.
     * `bytes` and `size` may name a part. Kept memory is read, never written. It counts against the
     * sender's memory: keep what is needed, for as long as it is.
     * Returns NULL when it can't be kept (small payloads never are): the plugin copies then. Does
     * not block. */
    backplane_buffer *(*keep)(void *context, const uint8_t *bytes, uint64_t size);
} backplane_host_buffers;

#ifdef __cplusplus
}
#endif

#endif
