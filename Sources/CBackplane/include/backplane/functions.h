/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The extension "backplane.functions/1": typed closures called directly between plugins of one
 * process, with nothing encoded.
 *
 * A closure is published as a pointer to an immortal box of its provider. For Swift the box is an
 * `Any` that holds a function of standard library types; `kind` says what sort of box it is, so
 * that other languages can agree on theirs.
 *
 * A cell belongs to a name and lives for ever. It points to the binding of the generation in
 * charge, or to nothing. A direct call is:
 *
 *     1. b = load_acquire(cell->binding); none: take the encoded path
 *     2. increment b->active; if load(cell->binding) is no longer b: decrement, go to 1
 *     3. call the closure; decrement b->active
 *
 * so that the host, once it has replaced the binding, sees `active` fall to 0 and knows that no
 * call runs in the old generation.
 */

#ifndef BACKPLANE_FUNCTIONS_H
#define BACKPLANE_FUNCTIONS_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_FUNCTIONS_EXTENSION "backplane.functions/1"

/* The box is a Swift `Any`. */
#define BACKPLANE_BOX_SWIFT_ANY 1u

/* One closure of one generation. Immortal; made by the host. */
typedef struct backplane_binding {
    uint32_t struct_size;
    uint32_t kind;
    const void *synchronous; /* box of the synchronous form, or NULL */
    const void *asynchronous; /* box of the asynchronous form, or NULL */
    int64_t active; /* atomic: direct calls that are running */
} backplane_binding;

/* One name. Immortal; made by the host. */
typedef struct backplane_cell {
    uint32_t struct_size;
    uint32_t reserved;
    const backplane_binding *binding; /* atomic; NULL: nothing to call directly now */
} backplane_cell;

/* What the host offers (host->extension). `context` is the host table's. Any thread. */
typedef struct backplane_host_functions {
    uint32_t struct_size;
    uint32_t reserved;

    /* Publishes a closure as the function `name`. `number` is the plugin's own for it: calls that
     * cannot be direct arrive at invoke as BACKPLANE_PROVIDED_FUNCTION | number. Boxes are immortal;
     * both may be NULL. Takes effect when the generation takes over.
     * Returns BACKPLANE_OK, or BACKPLANE_INVALID_ARGUMENT when the name is taken or malformed. */
    uint32_t (*provide)(void *context, const char *name, uint64_t name_size, uint32_t number,
                        uint32_t kind, const void *synchronous, const void *asynchronous);

    /* The cell of "service.method" or of a provided function, for direct calls; NULL when there can
     * be none (another process, no permission, one call at a time). */
    const backplane_cell *(*resolve)(void *context, const char *target, uint64_t target_size);
} backplane_host_functions;

/* What a plugin offers (plugin->extension). Any thread. */
typedef struct backplane_plugin_functions {
    uint32_t struct_size;
    uint32_t kind;

    /* The boxes of a method's two forms, immortal, made on the first request. */
    void (*method)(void *instance, uint32_t method, const void **synchronous,
                   const void **asynchronous);
} backplane_plugin_functions;

#ifdef __cplusplus
}
#endif

#endif
