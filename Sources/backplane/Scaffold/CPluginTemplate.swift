// SPDX-License-Identifier: Apache-2.0

/// The code of a new plugin in C, and its test.
struct CPluginTemplate {
    let name: PluginName

    var plugin: String {
        #"""
        /* Greets whoever asks. What every function must do is in backplane/plugin.h. */

        #include <backplane/plugin.h>

        #include <stdlib.h>
        #include <string.h>

        #if defined(__x86_64__)
        #define TARGET "x86_64-linux"
        #elif defined(__aarch64__)
        #define TARGET "aarch64-linux"
        #endif

        /* One instance: what a service keeps between calls. Calls come on many threads at once, so
         * what they share is atomic or locked. */
        typedef struct {
            const backplane_host *host;
        } greeter;

        enum { METHOD_GREET };

        /* Every call ends with exactly one `complete`; the host copies the bytes. */
        static void succeed(const backplane_host *host, backplane_call *call, const uint8_t *value,
                            uint64_t size) {
            backplane_outcome outcome = {.struct_size = sizeof outcome, .code = BACKPLANE_OK};
            outcome.payload = value;
            outcome.payload_size = size;
            host->complete(host->context, call, &outcome);
        }

        static void fail(const backplane_host *host, backplane_call *call, uint32_t code,
                         const char *message) {
            backplane_outcome outcome = {.struct_size = sizeof outcome, .code = code};
            outcome.message = message;
            outcome.message_size = strlen(message);
            host->complete(host->context, call, &outcome);
        }

        /* Makes an instance. It takes no port, no lock, no connection: that is for `start`. */
        static void create(const backplane_plugin_descriptor *plugin, const backplane_host *host,
                           const backplane_service *service, backplane_call *call, void **instance) {
            (void)plugin, (void)service;
            greeter *self = calloc(1, sizeof *self);
            if (self == NULL) {
                fail(host, call, BACKPLANE_INTERNAL, "out of memory");
                return;
            }
            self->host = host;
            *instance = self; /* before the call is completed */
            succeed(host, call, NULL, 0);
        }

        static void destroy(void *instance) { free(instance); }

        /* Finds the text at `at`. In CBOR the first byte holds 3 and the length, or how many bytes of
         * length follow: 24 for one, 25 for two, 26 for four, 27 for eight. */
        static const uint8_t *find_text(const uint8_t *at, const uint8_t *end, uint64_t *size) {
            if (at == end || *at >> 5 != 3) return NULL;
            uint64_t length = *at++ & 31;
            if (length > 27) return NULL;
            if (length >= 24) {
                unsigned bytes = 1u << (length - 24);
                if ((uint64_t)(end - at) < bytes) return NULL;
                for (length = 0; bytes > 0; bytes--) length = length << 8 | *at++;
            }
            if ((uint64_t)(end - at) < length) return NULL;
            *size = length;
            return at;
        }

        /* greet(name): the arguments are an array of one text, by position, or a map, by name. */
        static void greet(greeter *self, const backplane_invocation *invocation,
                          backplane_call *call) {
            static const char greeting[] = "hello, ";
            const uint8_t *at = invocation->payload, *end = at + invocation->payload_size;
            static const uint8_t by_name[] = {0xa1, 0x64, 'n', 'a', 'm', 'e'};
            if (end - at > (long)sizeof by_name && memcmp(at, by_name, sizeof by_name) == 0)
                at += sizeof by_name;
            else if (at != end && *at == 0x81)
                at++;
            uint64_t size = 0;
            const uint8_t *name = find_text(at, end, &size);
            if (name == NULL || size > UINT32_MAX - sizeof greeting) {
                fail(self->host, call, BACKPLANE_INVALID_ARGUMENT, "greet takes one text, the name");
                return;
            }
            uint64_t length = sizeof greeting - 1 + size;
            uint8_t *result = malloc(5 + length);
            if (result == NULL) {
                fail(self->host, call, BACKPLANE_INTERNAL, "out of memory");
                return;
            }
            result[0] = 0x7a; /* a text with four bytes of length */
            for (int i = 0; i < 4; i++) result[1 + i] = (uint8_t)(length >> (24 - 8 * i));
            memcpy(result + 5, greeting, sizeof greeting - 1);
            memcpy(result + 5 + sizeof greeting - 1, name, size);
            succeed(self->host, call, result, 5 + length);
            free(result);
        }

        /* Runs a method. Its payload is ours only until we return. */
        static void invoke(void *instance, const backplane_invocation *invocation,
                           backplane_call *call) {
            if (invocation->method == METHOD_GREET) greet(instance, invocation, call);
        }

        static const char *const greet_names[] = {"name"};
        static const char *const greet_types[] = {"String"};

        static const backplane_method methods[] = {
            [METHOD_GREET] = {.struct_size = sizeof(backplane_method),
                              .flags = BACKPLANE_METHOD_IDEMPOTENT,
                              .name = "greet",
                              .summary = "A greeting.",
                              .parameter_names = greet_names,
                              .parameter_types = greet_types,
                              .result_type = "String",
                              .parameter_count = 1},
        };

        static const backplane_plugin_descriptor descriptor = {
            .struct_size = sizeof descriptor,
            .magic = BACKPLANE_MAGIC,
            .abi_major = BACKPLANE_ABI_MAJOR,
            .abi_minor = BACKPLANE_ABI_MINOR,
            .name = "\#(name.service)",
            .version = "0.1.0",
            .summary = "Greets whoever asks.",
            .compiler = "C",
            .target = TARGET,
            .methods = methods,
            .method_count = sizeof methods / sizeof methods[0],
            .method_stride = sizeof(backplane_method),
            .create = create,
            .destroy = destroy,
            .invoke = invoke,
        };

        /* The one symbol that the library exports. */
        BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void) {
            return &descriptor;
        }

        """#
    }

    var test: String {
        #"""
        /* Opens the plugin as a host does and calls it once. */

        #include <backplane/plugin.h>

        #include <dlfcn.h>
        #include <stdio.h>
        #include <string.h>

        static backplane_outcome last;
        static uint8_t bytes[256];

        /* As much of a host as this plugin needs. */
        static void complete(void *context, backplane_call *call, const backplane_outcome *outcome) {
            (void)context, (void)call;
            last = *outcome;
            last.payload_size = outcome->payload_size < sizeof bytes ? outcome->payload_size : 0;
            if (last.payload_size > 0) memcpy(bytes, outcome->payload, last.payload_size);
        }

        static int check(int isRight, const char *what) {
            printf("%s: %s\n", isRight ? "ok" : "FAILED", what);
            return isRight ? 0 : 1;
        }

        int main(int count, char **arguments) {
            void *library = count > 1 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : NULL;
            void *symbol = library ? dlsym(library, BACKPLANE_ENTRY) : NULL;
            if (symbol == NULL) {
                fprintf(stderr, "%s\n", dlerror());
                return 1;
            }
            const backplane_plugin_descriptor *(*entry)(void);
            memcpy(&entry, &symbol, sizeof entry);
            const backplane_plugin_descriptor *plugin = entry();

            backplane_host host = {.struct_size = sizeof host, .complete = complete};
            backplane_service service = {.struct_size = sizeof service, .name = plugin->name};
            void *instance = NULL;
            plugin->create(plugin, &host, &service, NULL, &instance);
            int failures = check(last.code == BACKPLANE_OK && instance != NULL, "create");

            const uint8_t world[] = {0x81, 0x65, 'w', 'o', 'r', 'l', 'd'};
            backplane_invocation call = {
                .struct_size = sizeof call, .payload = world, .payload_size = sizeof world};
            plugin->invoke(instance, &call, NULL);
            failures += check(last.code == BACKPLANE_OK && last.payload_size == 17
                                  && memcmp(bytes + 5, "hello, world", 12) == 0,
                              "greet greets by name");

            call.payload_size = 3; /* cut short */
            plugin->invoke(instance, &call, NULL);
            failures += check(last.code == BACKPLANE_INVALID_ARGUMENT, "greet refuses what is no text");

            plugin->destroy(instance);
            return failures == 0 ? 0 : 1;
        }

        """#
    }
}
