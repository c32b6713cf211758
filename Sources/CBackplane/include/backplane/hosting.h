/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The host's side of access.h: reading a descriptor, asking a plugin, making a host table; and the
 * SDK's side of the same structs: making a descriptor. Part of no contract.
 */

#ifndef BACKPLANE_HOSTING_H
#define BACKPLANE_HOSTING_H

#include "access.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline const backplane_plugin_descriptor *backplane_plugin_of(const void *plugin) {
    return (const backplane_plugin_descriptor *)plugin;
}

/* The sizes that this build knows. */
static inline uint32_t backplane_plugin_size(void) { return sizeof(backplane_plugin_descriptor); }
static inline uint32_t backplane_method_size(void) { return sizeof(backplane_method); }

/* -- reading a descriptor: the first three members of any version come first ------------------- */

static inline uint32_t backplane_plugin_struct_size(const void *p) {
    return backplane_plugin_of(p)->struct_size;
}
static inline uint32_t backplane_plugin_magic(const void *p) { return backplane_plugin_of(p)->magic; }
static inline uint16_t backplane_plugin_abi_major(const void *p) {
    return backplane_plugin_of(p)->abi_major;
}
static inline uint16_t backplane_plugin_abi_minor(const void *p) {
    return backplane_plugin_of(p)->abi_minor;
}
static inline uint32_t backplane_plugin_flags(const void *p) { return backplane_plugin_of(p)->flags; }
static inline const char *backplane_plugin_name(const void *p) { return backplane_plugin_of(p)->name; }
static inline const char *backplane_plugin_version(const void *p) {
    return backplane_plugin_of(p)->version;
}
static inline const char *backplane_plugin_summary(const void *p) {
    return backplane_plugin_of(p)->summary;
}
static inline const char *backplane_plugin_compiler(const void *p) {
    return backplane_plugin_of(p)->compiler;
}
static inline const char *backplane_plugin_target(const void *p) {
    return backplane_plugin_of(p)->target;
}
static inline uint32_t backplane_plugin_method_count(const void *p) {
    return backplane_plugin_of(p)->method_count;
}
static inline uint32_t backplane_plugin_method_stride(const void *p) {
    return backplane_plugin_of(p)->method_stride;
}
static inline int backplane_plugin_has_methods(const void *p) {
    return backplane_plugin_of(p)->methods != NULL;
}
static inline int backplane_plugin_has_functions(const void *p) {
    return backplane_plugin_of(p)->create != NULL && backplane_plugin_of(p)->destroy != NULL
        && backplane_plugin_of(p)->invoke != NULL;
}
static inline int backplane_plugin_has_state(const void *p) {
    return (backplane_plugin_of(p)->flags & BACKPLANE_PLUGIN_STATE) != 0
        && backplane_plugin_of(p)->save != NULL && backplane_plugin_of(p)->restore != NULL;
}
static inline const void *backplane_plugin_method(const void *p, uint32_t index) {
    return (const char *)backplane_plugin_of(p)->methods
        + (size_t)index * backplane_plugin_of(p)->method_stride;
}
static inline uint32_t backplane_method_flags(const void *m) {
    return ((const backplane_method *)m)->flags;
}
static inline const char *backplane_method_name(const void *m) {
    return ((const backplane_method *)m)->name;
}
static inline const char *backplane_method_summary(const void *m) {
    return ((const backplane_method *)m)->summary;
}
static inline const char *backplane_method_result_type(const void *m) {
    return ((const backplane_method *)m)->result_type;
}
static inline uint32_t backplane_method_parameter_count(const void *m) {
    return ((const backplane_method *)m)->parameter_count;
}
static inline const char *backplane_method_parameter_name(const void *m, uint32_t i) {
    const backplane_method *method = (const backplane_method *)m;
    return method->parameter_names == NULL ? NULL : method->parameter_names[i];
}
static inline const char *backplane_method_parameter_type(const void *m, uint32_t i) {
    const backplane_method *method = (const backplane_method *)m;
    return method->parameter_types == NULL ? NULL : method->parameter_types[i];
}

/* -- asking a plugin --------------------------------------------------------------------------- */

typedef const void *(*backplane_entry)(void);

static inline const void *backplane_entry_call(const void *symbol) {
    union {
        const void *symbol;
        backplane_entry entry;
    } u = {symbol};
    return u.entry();
}

static inline void backplane_plugin_create(const void *plugin, const void *host, uint32_t slot,
                                           uint32_t generation, uint32_t worker, const char *name,
                                           const char *identifier, const char *directory,
                                           const uint8_t *configuration,
                                           uint64_t configuration_size, backplane_call *call,
                                           void **instance) {
    backplane_service service = {0};
    service.struct_size = sizeof service;
    service.slot = slot;
    service.generation = generation;
    service.worker = worker;
    service.name = name;
    service.identifier = identifier;
    service.directory = directory;
    service.configuration = configuration;
    service.configuration_size = configuration_size;
    backplane_plugin_of(plugin)->create(backplane_plugin_of(plugin), backplane_host_of(host),
                                        &service, call, instance);
}

static inline void backplane_plugin_destroy(const void *plugin, void *instance) {
    backplane_plugin_of(plugin)->destroy(instance);
}

/* The optional steps return 0, the call untouched, when the plugin does not have them. */
static inline int backplane_plugin_start(const void *plugin, void *instance, backplane_call *call) {
    if (backplane_plugin_of(plugin)->start == NULL) return 0;
    backplane_plugin_of(plugin)->start(instance, call);
    return 1;
}
static inline int backplane_plugin_stop(const void *plugin, void *instance, backplane_call *call) {
    if (backplane_plugin_of(plugin)->stop == NULL) return 0;
    backplane_plugin_of(plugin)->stop(instance, call);
    return 1;
}
static inline int backplane_plugin_save(const void *plugin, void *instance, backplane_call *call) {
    if (!backplane_plugin_has_state(plugin)) return 0;
    backplane_plugin_of(plugin)->save(instance, call);
    return 1;
}
static inline int backplane_plugin_restore(const void *plugin, void *instance, const uint8_t *state,
                                           uint64_t state_size, backplane_call *call) {
    if (!backplane_plugin_has_state(plugin)) return 0;
    backplane_plugin_of(plugin)->restore(instance, state, state_size, call);
    return 1;
}

static inline void backplane_plugin_invoke(const void *plugin, void *instance, uint32_t method,
                                           const uint8_t *payload, uint64_t payload_size,
                                           uint64_t deadline, backplane_call *call) {
    backplane_invocation invocation = {0};
    invocation.struct_size = sizeof invocation;
    invocation.method = method;
    invocation.payload = payload;
    invocation.payload_size = payload_size;
    invocation.deadline = deadline;
    backplane_plugin_of(plugin)->invoke(instance, &invocation, call);
}

static inline void backplane_plugin_cancel(const void *plugin, void *instance,
                                           backplane_call *call) {
    if (backplane_plugin_of(plugin)->cancel != NULL)
        backplane_plugin_of(plugin)->cancel(instance, call);
}

static inline const void *backplane_plugin_extension(const void *plugin, const char *name) {
    if (backplane_plugin_of(plugin)->extension == NULL) return NULL;
    return backplane_plugin_of(plugin)->extension(backplane_plugin_of(plugin), name);
}

static inline uint32_t backplane_plugin_functions_kind(const void *functions) {
    return ((const backplane_plugin_functions *)functions)->kind;
}
static inline void backplane_plugin_functions_method(const void *functions, void *instance,
                                                     uint32_t method, const void **synchronous,
                                                     const void **asynchronous) {
    ((const backplane_plugin_functions *)functions)
        ->method(instance, method, synchronous, asynchronous);
}

/* -- outcomes made by the host ----------------------------------------------------------------- */

static inline void backplane_reply_value(backplane_reply reply, void *reply_context,
                                         const uint8_t *payload, uint64_t payload_size) {
    backplane_outcome outcome = {0};
    outcome.struct_size = sizeof outcome;
    outcome.payload = payload;
    outcome.payload_size = payload_size;
    reply(reply_context, &outcome);
}

static inline void backplane_reply_error(backplane_reply reply, void *reply_context, uint32_t code,
                                         const char *message, uint64_t message_size,
                                         const char *type, uint64_t type_size,
                                         const uint8_t *details, uint64_t details_size) {
    backplane_outcome outcome = backplane_error_make(code, message, message_size, type, type_size,
                                                     details, details_size);
    reply(reply_context, &outcome);
}

/* -- tables ------------------------------------------------------------------------------------ */

/* A host table. Immortal; everything of it is known when it is made. */
static inline const void *backplane_host_make(
    void *context, void (*retain)(void *, backplane_call *),
    void (*release)(void *, backplane_call *),
    void (*complete)(void *, backplane_call *, const backplane_outcome *),
    uint32_t (*cancelled)(void *, backplane_call *),
    uint32_t (*emit)(void *, backplane_call *, const uint8_t *, uint64_t, uint32_t,
                     backplane_ready, void *),
    void (*request)(void *, backplane_call *, const uint8_t *, uint64_t, uint64_t,
                    backplane_reply, void *),
    uint64_t (*call)(void *, const backplane_request *), void (*cancel)(void *, uint64_t),
    void (*acknowledge)(void *, uint64_t, uint32_t),
    void (*respond)(void *, uint64_t, const backplane_outcome *),
    void (*log)(void *, const backplane_log_record *),
    void (*execute)(void *, void (*)(void *), void *),
    void (*failed)(void *, const backplane_outcome *),
    const void *(*extension)(void *, const char *)) {
    backplane_host *host = (backplane_host *)calloc(1, sizeof *host);
    if (host == NULL) return NULL;
    host->struct_size = sizeof *host;
    host->abi_major = BACKPLANE_ABI_MAJOR;
    host->abi_minor = BACKPLANE_ABI_MINOR;
    host->context = context;
    host->retain = retain;
    host->release = release;
    host->complete = complete;
    host->cancelled = cancelled;
    host->emit = emit;
    host->request = request;
    host->call = call;
    host->cancel = cancel;
    host->acknowledge = acknowledge;
    host->respond = respond;
    host->log = log;
    host->execute = execute;
    host->failed = failed;
    host->extension = extension;
    return host;
}

/* The host's half of "backplane.functions/1". Immortal. */
static inline const void *backplane_host_functions_make(
    uint32_t (*provide)(void *, const char *, uint64_t, uint32_t, uint32_t, const void *,
                        const void *),
    const backplane_cell *(*resolve)(void *, const char *, uint64_t)) {
    backplane_host_functions *f = (backplane_host_functions *)calloc(1, sizeof *f);
    if (f == NULL) return NULL;
    f->struct_size = sizeof *f;
    f->provide = provide;
    f->resolve = resolve;
    return f;
}

/* "backplane.stream/1". Immortal. */
static inline const void *backplane_host_stream_make(uint32_t (*close)(void *, backplane_call *)) {
    backplane_host_stream *s = (backplane_host_stream *)calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    s->struct_size = sizeof *s;
    s->close = close;
    return s;
}

/* "backplane.buffers/1". Immortal. */
static inline const void *backplane_host_buffers_make(
    uint32_t (*allocate)(void *, backplane_call *, const char *, uint64_t, uint64_t, uint64_t,
                         uint32_t, backplane_buffer **, uint8_t **),
    void (*release)(void *, backplane_buffer *),
    backplane_buffer *(*keep)(void *, const uint8_t *, uint64_t)) {
    backplane_host_buffers *b = (backplane_host_buffers *)calloc(1, sizeof *b);
    if (b == NULL) return NULL;
    b->struct_size = sizeof *b;
    b->allocate = allocate;
    b->release = release;
    b->keep = keep;
    return b;
}

/* The plugin's half of "backplane.functions/1". Immortal. */
static inline const void *backplane_plugin_functions_make(
    uint32_t kind, void (*method)(void *, uint32_t, const void **, const void **)) {
    backplane_plugin_functions *f = (backplane_plugin_functions *)calloc(1, sizeof *f);
    if (f == NULL) return NULL;
    f->struct_size = sizeof *f;
    f->kind = kind;
    f->method = method;
    return f;
}

static inline const char *backplane_copy(const char *text) {
    size_t size = strlen(text) + 1;
    char *copy = (char *)malloc(size);
    return copy == NULL ? NULL : (const char *)memcpy(copy, text, size);
}

/* A descriptor with room for `method_count` methods, its strings copied. Immortal. */
static inline void *backplane_plugin_make(
    uint32_t flags, const char *name, const char *version, const char *summary,
    const char *compiler, const char *target, uint32_t method_count, void *context,
    void (*create)(const backplane_plugin_descriptor *, const backplane_host *,
                   const backplane_service *, backplane_call *, void **),
    void (*destroy)(void *), void (*start)(void *, backplane_call *),
    void (*invoke)(void *, const backplane_invocation *, backplane_call *),
    void (*cancel)(void *, backplane_call *), void (*stop)(void *, backplane_call *),
    void (*save)(void *, backplane_call *),
    void (*restore)(void *, const uint8_t *, uint64_t, backplane_call *),
    const void *(*extension)(const backplane_plugin_descriptor *, const char *)) {
    backplane_plugin_descriptor *p = (backplane_plugin_descriptor *)calloc(1, sizeof *p);
    if (p == NULL) return NULL;
    p->struct_size = sizeof *p;
    p->magic = BACKPLANE_MAGIC;
    p->abi_major = BACKPLANE_ABI_MAJOR;
    p->abi_minor = BACKPLANE_ABI_MINOR;
    p->flags = flags;
    p->name = backplane_copy(name);
    p->version = backplane_copy(version);
    p->summary = summary == NULL ? NULL : backplane_copy(summary);
    p->compiler = backplane_copy(compiler);
    p->target = backplane_copy(target);
    p->methods = (const backplane_method *)calloc(method_count + 1, sizeof(backplane_method));
    p->method_count = method_count;
    p->method_stride = sizeof(backplane_method);
    p->context = context;
    p->create = create;
    p->destroy = destroy;
    p->start = start;
    p->invoke = invoke;
    p->cancel = cancel;
    p->stop = stop;
    p->save = save;
    p->restore = restore;
    p->extension = extension;
    return p;
}

/* Describes method `index`; then `backplane_plugin_set_parameter` each of its parameters. */
static inline void backplane_plugin_set_method(void *plugin, uint32_t index, uint32_t flags,
                                               const char *name, const char *summary,
                                               const char *result_type,
                                               uint32_t parameter_count) {
    backplane_method *m =
        (backplane_method *)backplane_plugin_method(plugin, index);
    m->struct_size = sizeof *m;
    m->flags = flags;
    m->name = backplane_copy(name);
    m->summary = summary == NULL ? NULL : backplane_copy(summary);
    m->result_type = backplane_copy(result_type);
    m->parameter_names = (const char *const *)calloc(parameter_count + 1, sizeof(char *));
    m->parameter_types = (const char *const *)calloc(parameter_count + 1, sizeof(char *));
    m->parameter_count = parameter_count;
}

static inline void backplane_plugin_set_parameter(void *plugin, uint32_t index, uint32_t parameter,
                                                  const char *name, const char *type) {
    const backplane_method *m = (const backplane_method *)backplane_plugin_method(plugin, index);
    ((const char **)m->parameter_names)[parameter] = backplane_copy(name);
    ((const char **)m->parameter_types)[parameter] = backplane_copy(type);
}

static inline void *backplane_plugin_context(const void *plugin) {
    return backplane_plugin_of(plugin)->context;
}

#ifdef __cplusplus
}
#endif

#endif
