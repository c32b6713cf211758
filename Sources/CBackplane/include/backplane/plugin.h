/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The contract between a Backplane host and a plugin.
 *
 * A plugin is a shared object that exports one symbol, `backplane_plugin`, which returns a
 * descriptor. Everything else goes through the two tables below: what the host may ask of the
 * plugin (`struct backplane_plugin`) and what the plugin may ask of the host (`struct
 * backplane_host`). Nothing but this header is needed to write one in C, C++, Rust or Zig.
 *
 * Rules that hold for every function here:
 *  - Structs start with their size. They grow only at the end; a reader never looks past
 *    `struct_size`. New features come as extensions, asked for by a versioned string.
 *  - Strings are UTF-8. `const char *` is NUL-terminated; a pointer with a size is not.
 *  - Memory passed to a function is borrowed: valid until that function returns, never freed by the
 *    receiver. Exceptions are named.
 *  - Payloads are one CBOR item each (RFC 8949). Arguments are an array (by position) or a map (by
 *    name); any other item is the one argument. A result is one item; "nothing" is null (0xf6).
 *  - A payload of size 0 means null. A pointer whose size is 0 may be NULL.
 *  - Times are nanoseconds of CLOCK_MONOTONIC.
 *  - No function of the plugin is called after `destroy`; the image is never unloaded.
 */

#ifndef BACKPLANE_PLUGIN_H
#define BACKPLANE_PLUGIN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BACKPLANE_MAGIC 0x4c504b42u /* "BKPL" */
#define BACKPLANE_ABI_MAJOR 1
#define BACKPLANE_ABI_MINOR 0

/* No deadline. */
#define BACKPLANE_NO_DEADLINE UINT64_MAX

/* How a call ended. A number never changes its meaning; unknown ones are read as INTERNAL. */
enum {
    BACKPLANE_OK = 0,
    BACKPLANE_NOT_FOUND = 1,
    BACKPLANE_INVALID_ARGUMENT = 2,
    BACKPLANE_FAILED = 3, /* the method itself failed: message, type, details */
    BACKPLANE_CANCELLED = 4,
    BACKPLANE_DEADLINE_EXCEEDED = 5,
    BACKPLANE_OVERLOADED = 6,
    BACKPLANE_UNAVAILABLE = 7,
    BACKPLANE_CRASHED = 8,
    BACKPLANE_PERMISSION_DENIED = 9,
    BACKPLANE_TOO_DEEP = 10,
    BACKPLANE_TOO_LARGE = 11,
    BACKPLANE_INCOMPATIBLE = 12,
    BACKPLANE_INTERNAL = 13
};

/* Where an instance runs. */
enum { BACKPLANE_SLOT_IN_PROCESS = 0, BACKPLANE_SLOT_ASYNC = 1, BACKPLANE_SLOT_FORKED = 2 };

/* Levels of a log record, those of swift-log. */
enum {
    BACKPLANE_LOG_TRACE = 0,
    BACKPLANE_LOG_DEBUG = 1,
    BACKPLANE_LOG_INFO = 2,
    BACKPLANE_LOG_NOTICE = 3,
    BACKPLANE_LOG_WARNING = 4,
    BACKPLANE_LOG_ERROR = 5,
    BACKPLANE_LOG_CRITICAL = 6
};

/* Flags of a plugin. */
enum {
    BACKPLANE_PLUGIN_STATE = 1u << 0 /* save and restore are there: its state survives a reload */
};

/* Flags of a method. */
enum {
    BACKPLANE_METHOD_IDEMPOTENT = 1u << 0, /* running it twice does no harm: it may be retried */
    BACKPLANE_METHOD_ASYNC = 1u << 1 /* invoke returns early and does not keep its thread */
};

/* Flags of emit. */
enum { BACKPLANE_EMIT_NO_WAIT = 1u << 0 };

/* Flags of a nested call. */
enum {
    BACKPLANE_REQUEST_MESSAGES = 1u << 0, /* the caller takes the call's messages */
    BACKPLANE_REQUEST_REQUESTS = 1u << 1, /* the caller answers the call's requests */
    /* 1u << 2 is BACKPLANE_REQUEST_CLOSED of stream.h */
    BACKPLANE_REQUEST_BLOCKING = 1u << 3 /* the thread that calls waits for the reply, whatever
                                          * else: it may be given before `call` returns */
};

/* A method number with this bit set is the number of a provided function (see functions.h). */
#define BACKPLANE_PROVIDED_FUNCTION 0x80000000u

/* A running call, owned by the host and counted. Opaque. */
typedef struct backplane_call backplane_call;

/* How a call ended: a value, or an error with its words. Borrowed wherever it is passed. */
typedef struct backplane_outcome {
    uint32_t struct_size;
    uint32_t code; /* BACKPLANE_OK or an error */
    const uint8_t *payload; /* the value; of an error: its details, or nothing */
    uint64_t payload_size;
    const char *message; /* of an error: what happened, to what, what to do */
    uint64_t message_size;
    const char *type; /* of BACKPLANE_FAILED: the name of the error's type */
    uint64_t type_size;
} backplane_outcome;

/* One method of a plugin. Static lifetime. */
typedef struct backplane_method {
    uint32_t struct_size;
    uint32_t flags;
    const char *name;
    const char *summary; /* may be NULL */
    const char *const *parameter_names;
    const char *const *parameter_types; /* for people: "String", "[Int]" */
    const char *result_type;
    uint32_t parameter_count;
    uint32_t reserved;
} backplane_method;

/* What an instance is told about itself. Borrowed until create returns. */
typedef struct backplane_service {
    uint32_t struct_size;
    uint32_t slot;
    uint32_t generation;
    uint32_t worker;
    const char *name; /* the service's */
    const char *identifier; /* "compute/2#1": service, generation, worker */
    const char *directory; /* the folder that the original .so lies in */
    const uint8_t *configuration; /* the `config` key: a CBOR map */
    uint64_t configuration_size;
} backplane_service;

/* One invocation. Borrowed until invoke returns: decode or copy the payload before that. */
typedef struct backplane_invocation {
    uint32_t struct_size;
    uint32_t method; /* index into the descriptor's methods, or a provided function */
    const uint8_t *payload;
    uint64_t payload_size;
    uint64_t deadline; /* absolute, or BACKPLANE_NO_DEADLINE */
} backplane_invocation;

/* One log record. Borrowed. */
typedef struct backplane_log_record {
    uint32_t struct_size;
    uint32_t level;
    const char *message;
    uint64_t message_size;
    const uint8_t *metadata; /* a CBOR map of strings to strings, or nothing */
    uint64_t metadata_size;
} backplane_log_record;

/* Called once when a full stream has room again. Any thread of the host; must not block. */
typedef void (*backplane_ready)(void *ready_context);

/* Takes the outcome of a request or of a nested call. Exactly once, on any thread of the host,
 * perhaps before the function that was given it returns. Must not block. */
typedef void (*backplane_reply)(void *reply_context, const backplane_outcome *outcome);

/* Takes one message of a nested call. In order, never two at once, before the reply. Any thread of
 * the host; must not block. Each is acknowledged with `acknowledge` once it has been consumed. */
typedef void (*backplane_message)(void *reply_context, const uint8_t *payload,
                                  uint64_t payload_size, const char *identifier);

/* Takes one request of a nested call; answered with `respond`, from any thread. Must not block. */
typedef void (*backplane_question)(void *reply_context, uint64_t question, const uint8_t *payload,
                                   uint64_t payload_size, const char *identifier);

/* A nested call. Borrowed until `call` returns. */
typedef struct backplane_request {
    uint32_t struct_size;
    uint32_t flags;
    backplane_call *parent; /* the running call it is made for, or NULL outside of one */
    const char *target; /* "service.method", or the name of a provided function */
    uint64_t target_size;
    const uint8_t *payload;
    uint64_t payload_size;
    uint64_t timeout; /* nanoseconds from now; 0 takes the callee's own */
    backplane_reply reply;
    backplane_message message; /* NULL unless BACKPLANE_REQUEST_MESSAGES */
    backplane_question question; /* NULL unless BACKPLANE_REQUEST_REQUESTS */
    void *reply_context;
} backplane_request;

/*
 * What a plugin may ask of its host. One table per instance, alive as long as the image.
 * Every function may be called from any thread, also from several at once, and takes `context`
 * first. None but `emit` blocks.
 */
typedef struct backplane_host {
    uint32_t struct_size;
    uint16_t abi_major;
    uint16_t abi_minor;
    void *context;

    /* One more, one less reference to a call. `invoke` and the functions of a life hand the plugin
     * one reference, which `complete` takes back: only who uses a call after completing it
     * needs these. */
    void (*retain)(void *context, backplane_call *call);
    void (*release)(void *context, backplane_call *call);

    /* Ends a call. The first time counts; later ones are dropped and counted. Takes back the
     * reference that the plugin was handed. The host copies what it needs. */
    void (*complete)(void *context, backplane_call *call, const backplane_outcome *outcome);

    /* 1 once a call was cancelled, passed its deadline or has ended, else 0. Cheap. */
    uint32_t (*cancelled)(void *context, backplane_call *call);

    /* Sends a message of a call, or of the service when `call` is NULL. In order per call.
     * Waits for room, within the call's deadline. With `ready`, or with BACKPLANE_EMIT_NO_WAIT,
     * never waits: BACKPLANE_OVERLOADED says that nothing was sent, and `ready` will be called
     * once when it is worth another try.
     * Returns BACKPLANE_OK or an error code. */
    uint32_t (*emit)(void *context, backplane_call *call, const uint8_t *payload,
                     uint64_t payload_size, uint32_t flags, backplane_ready ready,
                     void *ready_context);

    /* Asks the caller of a call, or the service's configured answerer. `timeout` in nanoseconds
     * from now; 0 takes what is left of the call. */
    void (*request)(void *context, backplane_call *call, const uint8_t *payload,
                    uint64_t payload_size, uint64_t timeout, backplane_reply reply,
                    void *reply_context);

    /* Calls a method of a service. Returns the number of the nested call, for `cancel`,
     * `acknowledge`; it may have ended by then. */
    uint64_t (*call)(void *context, const backplane_request *request);

    /* Cancels a nested call. Its reply still comes. A number that has ended is ignored. */
    void (*cancel)(void *context, uint64_t number);

    /* Says that `count` messages of a nested call were consumed: makes room for as many. */
    void (*acknowledge)(void *context, uint64_t number, uint32_t count);

    /* Answers a request of a nested call. The first answer counts. */
    void (*respond)(void *context, uint64_t question, const backplane_outcome *outcome);

    /* Writes to the host's log, under the service's name and generation. */
    void (*log)(void *context, const backplane_log_record *record);

    /* Runs a job once, on a thread of the instance's slot. Never refuses, never runs it inline. */
    void (*execute)(void *context, void (*job)(void *job_context), void *job_context);

    /* Says that the instance cannot go on (its background loop failed, say). The restart policy
     * decides what follows. */
    void (*failed)(void *context, const backplane_outcome *outcome);

    /* An extension by its versioned name ("backplane.functions/1"), or NULL. Static lifetime. */
    const void *(*extension)(void *context, const char *name);
} backplane_host;

/*
 * What the host may ask of a plugin: the descriptor. Static lifetime.
 * The functions that take a `call` complete it exactly once, from any thread, before or after they
 * return; an outcome that is not BACKPLANE_OK means that the step failed. They are called on
 * threads of the slot and may block.
 */
typedef struct backplane_plugin {
    uint32_t struct_size;
    uint32_t magic; /* BACKPLANE_MAGIC */
    uint16_t abi_major; /* BACKPLANE_ABI_MAJOR at the time of the build */
    uint16_t abi_minor;
    uint32_t flags;
    const char *name;
    const char *version;
    const char *summary; /* may be NULL */
    const char *compiler; /* "swift 6.3", "gcc 12.2": compared among Swift plugins only */
    const char *target; /* "x86_64-linux" */
    const backplane_method *methods; /* method_stride bytes apart */
    uint32_t method_count;
    uint32_t method_stride; /* sizeof(backplane_method) at the time of the build */
    void *context; /* the plugin's own */

    /* Makes an instance: stores its handle in `instance` before returning, then or later completes
     * `call`. Takes no port, lock or connection: that is for start. If it fails, destroy follows
     * when a handle was stored. */
    void (*create)(const struct backplane_plugin *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **instance);

    /* Frees an instance that was stopped or never came up. No call of it is running. */
    void (*destroy)(void *instance);

    /* Takes exclusive resources and begins background work. May be NULL. */
    void (*start)(void *instance, backplane_call *call);

    /* Runs a method. Calls of one instance come concurrently, from many threads. */
    void (*invoke)(void *instance, const backplane_invocation *invocation, backplane_call *call);

    /* Says that the outcome of a running call is no longer wanted; it is to end soon. May come
     * while the call is ending or has ended: then it means nothing. Must not block. May be NULL. */
    void (*cancel)(void *instance, backplane_call *call);

    /* Ends background work and gives resources back. No call of it is running. May be NULL. */
    void (*stop)(void *instance, backplane_call *call);

    /* Completes with the state as one CBOR item. No call is running. NULL without
     * BACKPLANE_PLUGIN_STATE. */
    void (*save)(void *instance, backplane_call *call);

    /* Takes up a state that save gave, of this or an earlier build. Before start. NULL without
     * BACKPLANE_PLUGIN_STATE. */
    void (*restore)(void *instance, const uint8_t *state, uint64_t state_size,
                    backplane_call *call);

    /* An extension by its versioned name, or NULL. Static lifetime. May be NULL. */
    const void *(*extension)(const struct backplane_plugin *plugin, const char *name);
} backplane_plugin_descriptor;

#if defined(__GNUC__) && !defined(BACKPLANE_NO_EXPORT)
#define BACKPLANE_EXPORT __attribute__((visibility("default")))
#else
#define BACKPLANE_EXPORT
#endif

/*
 * The one symbol a plugin exports:
 *
 *     BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void);
 *
 * Called once per image, before anything else, on any thread. Returns the same descriptor each
 * time. It is not declared here so that this header can be included on both sides.
 */
#define BACKPLANE_ENTRY "backplane_plugin"

#ifdef __cplusplus
}
#endif

#endif
