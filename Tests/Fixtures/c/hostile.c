/* SPDX-License-Identifier: Apache-2.0 */

/* A plugin that attacks its host through the memory and the eventfd that they share: see the tables of
 * RegionLayout and FrameRecord. Its attacks don't return. For tests. */

#define _GNU_SOURCE
#include <backplane/plugin.h>

#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    HEAD = 0, TAIL = 128, LOOKERS = 768, WANTS_ROOM = 268, BELL = 384, TAKEN = 512,
    RELEASED = 4096, LEASES = 1024, RING = 8192, LINE = 64, LINES = 4096, POOL = RING + LINE * LINES,
};
enum { INLINE, LENT, CHUNKED, CHUNK, FILLER };
enum { EVENTFD = 3 };
enum { INVOKE = 4, OUTCOME = 65, MESSAGE = 66, CANCEL_CALL = 69 };

/* FrameRecord, as it lies in the ring. */
typedef struct {
    uint8_t kind, form;
    uint16_t lease;
    uint32_t code;
    uint64_t number, argument;
    uint32_t fields, generation;
    uint64_t payload, offset;
} record;
_Static_assert(sizeof(record) == 48, "the table of FrameRecord");

static const backplane_host *the_host;
static char *region;

static uint64_t *word(size_t offset) { return (uint64_t *)(region + offset); }
static uint32_t *word32(size_t offset) { return (uint32_t *)(region + offset); }
static uint64_t load(size_t offset) { return __atomic_load_n(word(offset), __ATOMIC_SEQ_CST); }
static void store(size_t offset, uint64_t value) {
    __atomic_store_n(word(offset), value, __ATOMIC_SEQ_CST);
}
static void store32(size_t offset, uint32_t value) {
    __atomic_store_n(word32(offset), value, __ATOMIC_SEQ_CST);
}

/* Where memory of that name is mapped. */
static char *find(const char *name) {
    char line[512], *start = NULL;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, name) != NULL) start = (char *)strtoul(line, NULL, 16);
    }
    if (maps != NULL) fclose(maps);
    if (start == NULL) abort();
    return start;
}

static void wake(void) {
    uint64_t one = 1;
    /* It blocks never, and fails where an attack was on the eventfd itself. */
    if (write(EVENTFD, &one, sizeof one) < 0) return;
}

/* Writes a record where the next one belongs, and claims so many lines. */
static void publish(record r, uint64_t lines) {
    uint64_t head = load(HEAD);
    memcpy(region + RING + head % LINES * LINE, &r, sizeof r);
    store(HEAD, head + lines);
    wake();
}

static _Noreturn void hang(void) {
    for (;;) pause();
}

/* Goes on, but leaves others of this machine something. */
static void breathe(void) { usleep(50); }

static _Noreturn void scribble(void) {
    for (uint64_t x = 88172645463325252u;; wake()) {
        for (size_t offset = 0; offset < POOL + (64 << 10); offset += 8) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            *word(offset) = x;
        }
    }
}

static _Noreturn void flood_bell(void) {
    for (;;) {
        __atomic_fetch_add(word32(BELL), 1, __ATOMIC_SEQ_CST);
        syscall(SYS_futex, word32(BELL), FUTEX_WAKE, INT_MAX, NULL, NULL, 0);
    }
}

/* Frames that a worker may send, and that say nothing: as many as the host takes. */
static _Noreturn void flood_frames(void) {
    const uint64_t *tail = (const uint64_t *)(find("/memfd:backplane-host") + TAIL);
    record nothing = {.kind = CANCEL_CALL, .number = 1u << 30};
    for (;;) {
        if (load(HEAD) - __atomic_load_n(tail, __ATOMIC_SEQ_CST) < LINES) publish(nothing, 1);
    }
}

static void fill_eventfd(void) {
    uint64_t most = UINT64_MAX - 1, value;
    if (read(EVENTFD, &value, sizeof value) < 0) value = 0;
    if (write(EVENTFD, &most, sizeof most) < 0) return;
    /* The flag is the open file's, and so the host's, too. */
    fcntl(EVENTFD, F_SETFL, fcntl(EVENTFD, F_GETFL) & ~O_NONBLOCK);
}

#define ATTACKS(DO) \
    DO("scribble", scribble()) \
    DO("head-beyond", store(HEAD, load(HEAD) + LINES + 1); wake()) \
    DO("head-backwards", store(HEAD, load(HEAD) - 1); wake()) \
    DO("unknown-kind", publish((record){.kind = 200}, 1)) \
    DO("hosts-kind", publish((record){.kind = INVOKE}, 1)) \
    DO("no-such-call", publish((record){.kind = OUTCOME, .number = 1u << 30}, 1)) \
    DO("message-of-no-call", publish((record){.kind = MESSAGE, .number = 1u << 30}, 1)) \
    DO("unknown-form", publish((record){.kind = MESSAGE, .form = 9}, 1)) \
    DO("long-payload", publish((record){.kind = MESSAGE, .payload = UINT64_MAX - 40}, 1)) \
    DO("long-fields", publish((record){.kind = MESSAGE, .fields = UINT32_MAX}, 1)) \
    DO("beyond-pool", publish((record){.kind = MESSAGE, .form = LENT, .payload = 4096, \
                                       .offset = UINT64_MAX - 4095}, 1)) \
    DO("no-such-buffer", publish((record){.kind = MESSAGE, .form = LENT, .lease = 5000}, 1)) \
    DO("stray-chunk", publish((record){.form = CHUNK, .payload = 10}, 1)) \
    DO("frame-amid-chunks", \
       publish((record){.kind = MESSAGE, .form = CHUNKED, .payload = 1 << 20}, 1); \
       publish((record){.kind = MESSAGE}, 1)) \
    DO("too-much-in-chunks", \
       publish((record){.kind = MESSAGE, .form = CHUNKED, .payload = 8}, 1); \
       publish((record){.form = CHUNK, .payload = 16}, 1)) \
    DO("fillers", for (;;) publish((record){.form = FILLER}, LINES - load(HEAD) % LINES)) \
    DO("half-a-frame", publish((record){.kind = MESSAGE, .payload = 1000}, 2)) \
    DO("half-a-frame-and-exit", publish((record){.kind = MESSAGE, .payload = 1000}, 2); _exit(0)) \
    DO("half-a-payload", \
       publish((record){.kind = MESSAGE, .form = CHUNKED, .payload = 1 << 20}, 1); \
       publish((record){.form = CHUNK, .payload = 16}, 1)) \
    DO("half-a-payload-and-exit", \
       publish((record){.kind = MESSAGE, .form = CHUNKED, .payload = 1 << 30}, 1); _exit(0)) \
    DO("flood-eventfd", for (;;) wake()) \
    DO("flood-bell", flood_bell()) \
    DO("flood-frames", flood_frames()) \
    DO("always-asleep", for (;;) { store32(LOOKERS, 0); store32(WANTS_ROOM, 1); breathe(); }) \
    DO("many-lookers", store32(LOOKERS, UINT32_MAX)) \
    DO("tail-beyond", store(TAIL, load(TAIL) + (UINT64_C(1) << 40))) \
    DO("tail-backwards", store(TAIL, load(TAIL) - 100)) \
    DO("taken-too-many", store(TAKEN, UINT64_MAX)) \
    DO("keep-buffers", for (;;) { memset(region + RELEASED, 0, 4 * LEASES); breathe(); }) \
    DO("release-all", for (uint32_t g = 0;; g++) \
           for (int i = 0; i < LEASES; i++) store32(RELEASED + 4 * (size_t)i, g % 64)) \
    DO("close-eventfd", close(EVENTFD)) \
    DO("block-eventfd", fill_eventfd())

static void finish_number(backplane_call *call, uint32_t number) {
    uint8_t item[5] = {0x1a, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                       (uint8_t)(number >> 8), (uint8_t)number};
    backplane_outcome outcome = {.struct_size = sizeof outcome, .payload = item,
                                 .payload_size = sizeof item};
    the_host->complete(the_host->context, call, &outcome);
}

static void invoke(void *instance, const backplane_invocation *invocation, backplane_call *call) {
    (void)instance;
    if (invocation->method == 0) {
        finish_number(call, (uint32_t)getpid());
        return;
    }
    region = find("/memfd:backplane-worker");
    uint32_t attack = 0;
#define CASE(name, ...) if (++attack == invocation->method) { __VA_ARGS__; }
    ATTACKS(CASE)
    hang();
}

static void create(const backplane_plugin_descriptor *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **instance) {
    (void)plugin;
    (void)service;
    the_host = host;
    *instance = &the_host;
    backplane_outcome outcome = {.struct_size = sizeof outcome};
    host->complete(host->context, call, &outcome);
}

static void destroy(void *instance) { (void)instance; }

static const char *const names[] = {"value"};
static const char *const types[] = {"any"};
#define METHOD(name, ...) {sizeof(backplane_method), 0, name, "", names, types, "any", 1, 0},

static const backplane_method methods[] = {METHOD("process-number", ) ATTACKS(METHOD)};

static const backplane_plugin_descriptor descriptor = {
    .struct_size = sizeof descriptor, .magic = BACKPLANE_MAGIC,
    .abi_major = BACKPLANE_ABI_MAJOR, .abi_minor = BACKPLANE_ABI_MINOR,
    .name = "hostile", .version = "1", .compiler = "cc", .target = "x86_64-linux",
    .methods = methods, .method_count = sizeof methods / sizeof methods[0],
    .method_stride = sizeof(backplane_method),
    .create = create, .destroy = destroy, .invoke = invoke,
};

BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void) { return &descriptor; }
