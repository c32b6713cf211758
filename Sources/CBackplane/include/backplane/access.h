/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Reading and writing the ABI's structs through functions, for languages that share a type's layout
 * by its name across images (Swift does: a plugin built against a later, longer struct would lose
 * its fields). Structs pass as untyped pointers here, and every read respects `struct_size`.
 *
 * Part of no contract: each image compiles its own copy.
 */

#ifndef BACKPLANE_ACCESS_H
#define BACKPLANE_ACCESS_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "buffers.h"
#include "functions.h"
#include "plugin.h"
#include "stream.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Whether the struct at `p` is long enough to have this member. */
#define BACKPLANE_HAS(type, p, member) \
    (((const type *)(p))->struct_size >= offsetof(type, member) + sizeof(((const type *)(p))->member))

/* -- the host, as a plugin sees it ------------------------------------------------------------ */

static inline const backplane_host *backplane_host_of(const void *host) {
    return (const backplane_host *)host;
}

static inline void backplane_host_retain(const void *host, backplane_call *call) {
    backplane_host_of(host)->retain(backplane_host_of(host)->context, call);
}

static inline void backplane_host_release(const void *host, backplane_call *call) {
    backplane_host_of(host)->release(backplane_host_of(host)->context, call);
}

static inline void backplane_host_complete_value(const void *host, backplane_call *call,
                                                 const uint8_t *payload, uint64_t payload_size) {
    backplane_outcome outcome = {0};
    outcome.struct_size = sizeof outcome;
    outcome.payload = payload;
    outcome.payload_size = payload_size;
    backplane_host_of(host)->complete(backplane_host_of(host)->context, call, &outcome);
}

static inline backplane_outcome backplane_error_make(uint32_t code, const char *message,
                                                     uint64_t message_size, const char *type,
                                                     uint64_t type_size, const uint8_t *details,
                                                     uint64_t details_size) {
    backplane_outcome outcome = {0};
    outcome.struct_size = sizeof outcome;
    outcome.code = code;
    outcome.payload = details;
    outcome.payload_size = details_size;
    outcome.message = message;
    outcome.message_size = message_size;
    outcome.type = type;
    outcome.type_size = type_size;
    return outcome;
}

static inline void backplane_host_complete_error(const void *host, backplane_call *call,
                                                 uint32_t code, const char *message,
                                                 uint64_t message_size, const char *type,
                                                 uint64_t type_size, const uint8_t *details,
                                                 uint64_t details_size) {
    backplane_outcome outcome = backplane_error_make(code, message, message_size, type, type_size,
                                                     details, details_size);
    backplane_host_of(host)->complete(backplane_host_of(host)->context, call, &outcome);
}

static inline int backplane_host_cancelled(const void *host, backplane_call *call) {
    return backplane_host_of(host)->cancelled(backplane_host_of(host)->context, call) != 0;
}

static inline uint32_t backplane_host_emit(const void *host, backplane_call *call,
                                           const uint8_t *payload, uint64_t payload_size,
                                           uint32_t flags, backplane_ready ready,
                                           void *ready_context) {
    return backplane_host_of(host)->emit(backplane_host_of(host)->context, call, payload,
                                         payload_size, flags, ready, ready_context);
}

static inline void backplane_host_request(const void *host, backplane_call *call,
                                          const uint8_t *payload, uint64_t payload_size,
                                          uint64_t timeout, backplane_reply reply,
                                          void *reply_context) {
    backplane_host_of(host)->request(backplane_host_of(host)->context, call, payload, payload_size,
                                     timeout, reply, reply_context);
}

static inline uint64_t backplane_host_call(const void *host, uint32_t flags, backplane_call *parent,
                                           const char *target, uint64_t target_size,
                                           const uint8_t *payload, uint64_t payload_size,
                                           uint64_t timeout, backplane_reply reply,
                                           backplane_message message, backplane_question question,
                                           void *reply_context) {
    backplane_request request = {0};
    request.struct_size = sizeof request;
    request.flags = flags;
    request.parent = parent;
    request.target = target;
    request.target_size = target_size;
    request.payload = payload;
    request.payload_size = payload_size;
    request.timeout = timeout;
    request.reply = reply;
    request.message = message;
    request.question = question;
    request.reply_context = reply_context;
    return backplane_host_of(host)->call(backplane_host_of(host)->context, &request);
}

static inline void backplane_host_cancel(const void *host, uint64_t number) {
    backplane_host_of(host)->cancel(backplane_host_of(host)->context, number);
}

static inline void backplane_host_acknowledge(const void *host, uint64_t number, uint32_t count) {
    backplane_host_of(host)->acknowledge(backplane_host_of(host)->context, number, count);
}

static inline void backplane_host_respond_value(const void *host, uint64_t question,
                                                const uint8_t *payload, uint64_t payload_size) {
    backplane_outcome outcome = {0};
    outcome.struct_size = sizeof outcome;
    outcome.payload = payload;
    outcome.payload_size = payload_size;
    backplane_host_of(host)->respond(backplane_host_of(host)->context, question, &outcome);
}

static inline void backplane_host_respond_error(const void *host, uint64_t question, uint32_t code,
                                                const char *message, uint64_t message_size) {
    backplane_outcome outcome =
        backplane_error_make(code, message, message_size, NULL, 0, NULL, 0);
    backplane_host_of(host)->respond(backplane_host_of(host)->context, question, &outcome);
}

static inline void backplane_host_log(const void *host, uint32_t level, const char *message,
                                      uint64_t message_size, const uint8_t *metadata,
                                      uint64_t metadata_size) {
    backplane_log_record record = {0};
    record.struct_size = sizeof record;
    record.level = level;
    record.message = message;
    record.message_size = message_size;
    record.metadata = metadata;
    record.metadata_size = metadata_size;
    backplane_host_of(host)->log(backplane_host_of(host)->context, &record);
}

static inline void backplane_host_execute(const void *host, void (*job)(void *job_context),
                                          void *job_context) {
    backplane_host_of(host)->execute(backplane_host_of(host)->context, job, job_context);
}

static inline void backplane_host_failed(const void *host, uint32_t code, const char *message,
                                         uint64_t message_size, const char *type,
                                         uint64_t type_size) {
    backplane_outcome outcome =
        backplane_error_make(code, message, message_size, type, type_size, NULL, 0);
    backplane_host_of(host)->failed(backplane_host_of(host)->context, &outcome);
}

static inline const void *backplane_host_extension(const void *host, const char *name) {
    return backplane_host_of(host)->extension(backplane_host_of(host)->context, name);
}

static inline uint32_t backplane_host_provide(const void *host, const void *functions,
                                              const char *name, uint64_t name_size,
                                              uint32_t number, uint32_t kind,
                                              const void *synchronous, const void *asynchronous) {
    return ((const backplane_host_functions *)functions)
        ->provide(backplane_host_of(host)->context, name, name_size, number, kind, synchronous,
                  asynchronous);
}

static inline const void *backplane_host_resolve(const void *host, const void *functions,
                                                 const char *target, uint64_t target_size) {
    return ((const backplane_host_functions *)functions)
        ->resolve(backplane_host_of(host)->context, target, target_size);
}

static inline uint32_t backplane_host_close(const void *host, const void *stream,
                                            backplane_call *call) {
    return ((const backplane_host_stream *)stream)->close(backplane_host_of(host)->context, call);
}

/* -- buffers; a buffer crosses as `void *` ------------------------------------------------------- */

static inline uint32_t backplane_host_allocate(const void *host, const void *buffers,
                                               backplane_call *call, const char *target,
                                               uint64_t target_size, uint64_t size,
                                               uint64_t deadline, uint32_t flags, void **buffer,
                                               uint8_t **bytes) {
    backplane_buffer *b = NULL;
    uint32_t code = ((const backplane_host_buffers *)buffers)
                        ->allocate(backplane_host_of(host)->context, call, target, target_size,
                                   size, deadline, flags, &b, bytes);
    *buffer = b;
    return code;
}
static inline void backplane_host_release_buffer(const void *host, const void *buffers,
                                                 void *buffer) {
    ((const backplane_host_buffers *)buffers)
        ->release(backplane_host_of(host)->context, (backplane_buffer *)buffer);
}
static inline void *backplane_host_keep(const void *host, const void *buffers,
                                        const uint8_t *bytes, uint64_t size) {
    return ((const backplane_host_buffers *)buffers)
        ->keep(backplane_host_of(host)->context, bytes, size);
}

/* -- direct calls ----------------------------------------------------------------------------- */

/* The cell's binding with its guard taken, or NULL. */
static inline const void *backplane_cell_enter(const void *cell) {
    const backplane_cell *c = (const backplane_cell *)cell;
    for (;;) {
        const backplane_binding *b = __atomic_load_n(&c->binding, __ATOMIC_ACQUIRE);
        if (b == NULL) return NULL;
        __atomic_fetch_add(&((backplane_binding *)b)->active, 1, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&c->binding, __ATOMIC_SEQ_CST) == b) return b;
        __atomic_fetch_sub(&((backplane_binding *)b)->active, 1, __ATOMIC_RELEASE);
    }
}

static inline void backplane_binding_leave(const void *binding) {
    __atomic_fetch_sub(&((backplane_binding *)binding)->active, 1, __ATOMIC_RELEASE);
}

static inline uint32_t backplane_binding_kind(const void *binding) {
    return ((const backplane_binding *)binding)->kind;
}

static inline const void *backplane_binding_synchronous(const void *binding) {
    return ((const backplane_binding *)binding)->synchronous;
}

static inline const void *backplane_binding_asynchronous(const void *binding) {
    return ((const backplane_binding *)binding)->asynchronous;
}

/* Immortal. */
static inline const void *backplane_binding_make(uint32_t kind, const void *synchronous,
                                                 const void *asynchronous) {
    backplane_binding *b = (backplane_binding *)calloc(1, sizeof *b);
    if (b == NULL) return NULL;
    b->struct_size = sizeof *b;
    b->kind = kind;
    b->synchronous = synchronous;
    b->asynchronous = asynchronous;
    return b;
}

static inline int64_t backplane_binding_active(const void *binding) {
    return __atomic_load_n(&((const backplane_binding *)binding)->active, __ATOMIC_SEQ_CST);
}

/* Immortal. */
static inline const void *backplane_cell_make(void) {
    backplane_cell *c = (backplane_cell *)calloc(1, sizeof *c);
    if (c != NULL) c->struct_size = sizeof *c;
    return c;
}

/* Puts a binding in charge, or none. */
static inline void backplane_cell_set(const void *cell, const void *binding) {
    __atomic_store_n(&((backplane_cell *)cell)->binding, (const backplane_binding *)binding,
                     __ATOMIC_SEQ_CST);
}

/* -- what a plugin is handed ------------------------------------------------------------------ */

static inline uint32_t backplane_invocation_method(const void *p) {
    return ((const backplane_invocation *)p)->method;
}
static inline const uint8_t *backplane_invocation_payload(const void *p) {
    return ((const backplane_invocation *)p)->payload;
}
static inline uint64_t backplane_invocation_payload_size(const void *p) {
    return ((const backplane_invocation *)p)->payload_size;
}
static inline uint64_t backplane_invocation_deadline(const void *p) {
    return ((const backplane_invocation *)p)->deadline;
}

static inline uint32_t backplane_service_slot(const void *p) {
    return ((const backplane_service *)p)->slot;
}
static inline uint32_t backplane_service_generation(const void *p) {
    return ((const backplane_service *)p)->generation;
}
static inline uint32_t backplane_service_worker(const void *p) {
    return ((const backplane_service *)p)->worker;
}
static inline const char *backplane_service_name(const void *p) {
    return ((const backplane_service *)p)->name;
}
static inline const char *backplane_service_identifier(const void *p) {
    return ((const backplane_service *)p)->identifier;
}
static inline const char *backplane_service_directory(const void *p) {
    return ((const backplane_service *)p)->directory;
}
static inline const uint8_t *backplane_service_configuration(const void *p) {
    return ((const backplane_service *)p)->configuration;
}
static inline uint64_t backplane_service_configuration_size(const void *p) {
    return ((const backplane_service *)p)->configuration_size;
}

/* -- outcomes, requests, records: read by either side ----------------------------------------- */

static inline uint32_t backplane_outcome_code(const void *p) {
    return ((const backplane_outcome *)p)->code;
}
static inline const uint8_t *backplane_outcome_payload(const void *p) {
    return ((const backplane_outcome *)p)->payload;
}
static inline uint64_t backplane_outcome_payload_size(const void *p) {
    return ((const backplane_outcome *)p)->payload_size;
}
static inline const char *backplane_outcome_message(const void *p) {
    return ((const backplane_outcome *)p)->message;
}
static inline uint64_t backplane_outcome_message_size(const void *p) {
    return ((const backplane_outcome *)p)->message_size;
}
static inline const char *backplane_outcome_type(const void *p) {
    return ((const backplane_outcome *)p)->type;
}
static inline uint64_t backplane_outcome_type_size(const void *p) {
    return ((const backplane_outcome *)p)->type_size;
}

static inline uint32_t backplane_request_flags(const void *p) {
    return ((const backplane_request *)p)->flags;
}
static inline backplane_call *backplane_request_parent(const void *p) {
    return ((const backplane_request *)p)->parent;
}
static inline const char *backplane_request_target(const void *p) {
    return ((const backplane_request *)p)->target;
}
static inline uint64_t backplane_request_target_size(const void *p) {
    return ((const backplane_request *)p)->target_size;
}
static inline const uint8_t *backplane_request_payload(const void *p) {
    return ((const backplane_request *)p)->payload;
}
static inline uint64_t backplane_request_payload_size(const void *p) {
    return ((const backplane_request *)p)->payload_size;
}
static inline uint64_t backplane_request_timeout(const void *p) {
    return ((const backplane_request *)p)->timeout;
}
static inline backplane_reply backplane_request_reply(const void *p) {
    return ((const backplane_request *)p)->reply;
}
static inline backplane_message backplane_request_message(const void *p) {
    return ((const backplane_request *)p)->message;
}
static inline backplane_question backplane_request_question(const void *p) {
    return ((const backplane_request *)p)->question;
}
static inline void *backplane_request_reply_context(const void *p) {
    return ((const backplane_request *)p)->reply_context;
}

static inline uint32_t backplane_log_record_level(const void *p) {
    return ((const backplane_log_record *)p)->level;
}
static inline const char *backplane_log_record_message(const void *p) {
    return ((const backplane_log_record *)p)->message;
}
static inline uint64_t backplane_log_record_message_size(const void *p) {
    return ((const backplane_log_record *)p)->message_size;
}
static inline const uint8_t *backplane_log_record_metadata(const void *p) {
    return ((const backplane_log_record *)p)->metadata;
}
static inline uint64_t backplane_log_record_metadata_size(const void *p) {
    return ((const backplane_log_record *)p)->metadata_size;
}

#ifdef __cplusplus
}
#endif

#endif
