/* SPDX-License-Identifier: Apache-2.0 */

/* The ABI's layouts, frozen: a change that breaks an existing plugin does not compile. */

#include "backplane/buffers.h"
#include "backplane/functions.h"
#include "backplane/health.h"
#include "backplane/plugin.h"
#include "backplane/preload.h"
#include "backplane/state.h"
#include "backplane/stream.h"

#include <stddef.h>

#define AT(type, member, offset) \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member " moved")
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " changed its size")

_Static_assert(sizeof(void *) == 8, "the ABI is defined for 64-bit targets");

_Static_assert(BACKPLANE_REQUEST_MESSAGES == 1 && BACKPLANE_REQUEST_REQUESTS == 2
                   && BACKPLANE_REQUEST_CLOSED == 4 && BACKPLANE_REQUEST_BLOCKING == 8,
               "flags of a nested call, of all headers, each with a bit of its own");

AT(backplane_outcome, code, 4);
AT(backplane_outcome, payload, 8);
AT(backplane_outcome, payload_size, 16);
AT(backplane_outcome, message, 24);
AT(backplane_outcome, message_size, 32);
AT(backplane_outcome, type, 40);
AT(backplane_outcome, type_size, 48);
SIZE(backplane_outcome, 56);

AT(backplane_method, flags, 4);
AT(backplane_method, name, 8);
AT(backplane_method, summary, 16);
AT(backplane_method, parameter_names, 24);
AT(backplane_method, parameter_types, 32);
AT(backplane_method, result_type, 40);
AT(backplane_method, parameter_count, 48);
SIZE(backplane_method, 56);

AT(backplane_service, slot, 4);
AT(backplane_service, generation, 8);
AT(backplane_service, worker, 12);
AT(backplane_service, name, 16);
AT(backplane_service, identifier, 24);
AT(backplane_service, directory, 32);
AT(backplane_service, configuration, 40);
AT(backplane_service, configuration_size, 48);
SIZE(backplane_service, 56);

AT(backplane_invocation, method, 4);
AT(backplane_invocation, payload, 8);
AT(backplane_invocation, payload_size, 16);
AT(backplane_invocation, deadline, 24);
SIZE(backplane_invocation, 32);

AT(backplane_log_record, level, 4);
AT(backplane_log_record, message, 8);
AT(backplane_log_record, message_size, 16);
AT(backplane_log_record, metadata, 24);
AT(backplane_log_record, metadata_size, 32);
SIZE(backplane_log_record, 40);

AT(backplane_request, flags, 4);
AT(backplane_request, parent, 8);
AT(backplane_request, target, 16);
AT(backplane_request, target_size, 24);
AT(backplane_request, payload, 32);
AT(backplane_request, payload_size, 40);
AT(backplane_request, timeout, 48);
AT(backplane_request, reply, 56);
AT(backplane_request, message, 64);
AT(backplane_request, question, 72);
AT(backplane_request, reply_context, 80);
SIZE(backplane_request, 88);

AT(backplane_host, abi_major, 4);
AT(backplane_host, abi_minor, 6);
AT(backplane_host, context, 8);
AT(backplane_host, retain, 16);
AT(backplane_host, release, 24);
AT(backplane_host, complete, 32);
AT(backplane_host, cancelled, 40);
AT(backplane_host, emit, 48);
AT(backplane_host, request, 56);
AT(backplane_host, call, 64);
AT(backplane_host, cancel, 72);
AT(backplane_host, acknowledge, 80);
AT(backplane_host, respond, 88);
AT(backplane_host, log, 96);
AT(backplane_host, execute, 104);
AT(backplane_host, failed, 112);
AT(backplane_host, extension, 120);
SIZE(backplane_host, 128);

AT(backplane_plugin_descriptor, magic, 4);
AT(backplane_plugin_descriptor, abi_major, 8);
AT(backplane_plugin_descriptor, abi_minor, 10);
AT(backplane_plugin_descriptor, flags, 12);
AT(backplane_plugin_descriptor, name, 16);
AT(backplane_plugin_descriptor, version, 24);
AT(backplane_plugin_descriptor, summary, 32);
AT(backplane_plugin_descriptor, compiler, 40);
AT(backplane_plugin_descriptor, target, 48);
AT(backplane_plugin_descriptor, methods, 56);
AT(backplane_plugin_descriptor, method_count, 64);
AT(backplane_plugin_descriptor, method_stride, 68);
AT(backplane_plugin_descriptor, context, 72);
AT(backplane_plugin_descriptor, create, 80);
AT(backplane_plugin_descriptor, destroy, 88);
AT(backplane_plugin_descriptor, start, 96);
AT(backplane_plugin_descriptor, invoke, 104);
AT(backplane_plugin_descriptor, cancel, 112);
AT(backplane_plugin_descriptor, stop, 120);
AT(backplane_plugin_descriptor, save, 128);
AT(backplane_plugin_descriptor, restore, 136);
AT(backplane_plugin_descriptor, extension, 144);
SIZE(backplane_plugin_descriptor, 152);

AT(backplane_binding, kind, 4);
AT(backplane_binding, synchronous, 8);
AT(backplane_binding, asynchronous, 16);
AT(backplane_binding, active, 24);
SIZE(backplane_binding, 32);

AT(backplane_cell, binding, 8);
SIZE(backplane_cell, 16);

AT(backplane_host_functions, provide, 8);
AT(backplane_host_functions, resolve, 16);
SIZE(backplane_host_functions, 24);

AT(backplane_host_stream, close, 8);
SIZE(backplane_host_stream, 16);

AT(backplane_host_buffers, allocate, 8);
AT(backplane_host_buffers, release, 16);
AT(backplane_host_buffers, keep, 24);
SIZE(backplane_host_buffers, 32);

AT(backplane_plugin_functions, kind, 4);
AT(backplane_plugin_functions, method, 8);
SIZE(backplane_plugin_functions, 16);

AT(backplane_plugin_health, check, 8);
SIZE(backplane_plugin_health, 16);

AT(backplane_plugin_self_test, run, 8);
SIZE(backplane_plugin_self_test, 16);

AT(backplane_plugin_preload, load, 8);
SIZE(backplane_plugin_preload, 16);

AT(backplane_plugin_state, version, 4);
AT(backplane_plugin_state, reads_from, 8);
AT(backplane_plugin_state, reads_to, 12);
AT(backplane_plugin_state, writes_from, 16);
AT(backplane_plugin_state, writes_to, 20);
AT(backplane_plugin_state, save_as, 24);
SIZE(backplane_plugin_state, 32);
