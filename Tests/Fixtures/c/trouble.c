/* SPDX-License-Identifier: Apache-2.0 */

/* A plugin that does what plugins should not, or what hosts get wrong. For tests. */

#define _GNU_SOURCE
#include <backplane/preload.h>
#include <backplane/plugin.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char **environ;
/* libdispatch, which every worker has. */
extern struct dispatch_queue_s _dispatch_main_q;
extern void dispatch_async_f(struct dispatch_queue_s *, void *, void (*)(void *));

static const backplane_host *the_host;
static int is_started, was_stopped;

/* Publishes bytes as the next line of this worker's ring, behind the back of who writes there: see
 * the table of RegionLayout. */
static void forge(const void *bytes, size_t size) {
    enum { HEAD = 0, RING = 8192, LINE = 64, LINES = 4096 };
    char line[512];
    unsigned long start = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (maps == NULL) abort();
    while (start == 0 && fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, "/memfd:backplane-worker") != NULL) start = strtoul(line, NULL, 16);
    }
    fclose(maps);
    if (start == 0) abort();
    char *region = (char *)start;
    uint64_t head = __atomic_load_n((uint64_t *)(region + HEAD), __ATOMIC_ACQUIRE);
    char *place = region + RING + (head % LINES) * LINE;
    memset(place, 0, LINE);
    memcpy(place, bytes, size);
    __atomic_store_n((uint64_t *)(region + HEAD), head + 1, __ATOMIC_SEQ_CST);
    uint64_t one = 1;
    if (write(3, &one, sizeof one) < 0) abort();
}

static void finish(backplane_call *call, uint32_t code, const void *bytes, size_t size,
                   const char *message) {
    backplane_outcome outcome = {.struct_size = sizeof outcome, .code = code};
    outcome.payload = bytes;
    outcome.payload_size = size;
    outcome.message = message;
    outcome.message_size = message == NULL ? 0 : strlen(message);
    the_host->complete(the_host->context, call, &outcome);
}

static void finish_text(backplane_call *call, const char *text) {
    size_t size = strlen(text);
    uint8_t *item = malloc(size + 5);
    item[0] = 0x7a;
    for (int i = 0; i < 4; i++) item[1 + i] = (uint8_t)(size >> (24 - 8 * i));
    memcpy(item + 5, text, size);
    finish(call, 0, item, size + 5, NULL);
    free(item);
}

static void finish_number(backplane_call *call, uint32_t number) {
    uint8_t item[5] = {0x1a, (uint8_t)(number >> 24), (uint8_t)(number >> 16),
                       (uint8_t)(number >> 8), (uint8_t)number};
    finish(call, 0, item, sizeof item, NULL);
}

/* The first argument as a small number: [n], as 0x81 0x1a and four bytes. */
static uint32_t number_of(const backplane_invocation *invocation) {
    const uint8_t *p = invocation->payload;
    if (invocation->payload_size < 6) return 0;
    return (uint32_t)p[2] << 24 | (uint32_t)p[3] << 16 | (uint32_t)p[4] << 8 | p[5];
}

static void reply(void *context, const backplane_outcome *outcome) {
    the_host->complete(the_host->context, context, outcome);
}

/* Whether the C library and the kernel agree on who the calling thread is: what a fork has to see to. */
static int is_sound(void) {
    pthread_mutex_t mutex;
    pthread_mutexattr_t attributes;
    void *robust = NULL;
    size_t size = 0;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &attributes);
    if (pthread_mutex_lock(&mutex) != 0 || mutex.__data.__owner != gettid()) return 0;
    if (pthread_mutex_lock(&mutex) == 0 || pthread_mutex_unlock(&mutex) != 0) return 0;
    if (syscall(SYS_get_robust_list, 0, &robust, &size) != 0 || robust == NULL) return 0;
    return pthread_kill(pthread_self(), 0) == 0;
}

static pid_t preloaded_in, at_fork;
static int was_sound, kept = -1;

static void count_fork(void) { at_fork = getpid(); }

static void *idle(void *context) {
    for (;;) pause();
    return context;
}

/* What happens while it is opened: as the environment says. */
__attribute__((constructor)) static void opened(void) {
    const char *wish = getenv("TROUBLE_AT_OPEN");
    pthread_t thread;
    if (wish == NULL) return;
    if (strcmp(wish, "crash") == 0) raise(SIGSEGV);
    if (strcmp(wish, "hang") == 0) for (;;) pause();
    if (strcmp(wish, "thread") == 0) pthread_create(&thread, NULL, idle, NULL);
    if (strcmp(wish, "print") == 0) printf("opened in %s\n", getpid() == gettid() ? "one" : "two");
}

static void preload(const backplane_plugin_descriptor *plugin, backplane_reply reply,
                    void *reply_context) {
    backplane_outcome outcome = {.struct_size = sizeof outcome};
    (void)plugin;
    preloaded_in = getpid();
    was_sound = is_sound();
    pthread_atfork(NULL, NULL, count_fork);
    if (getenv("TROUBLE_KEEPS") != NULL) kept = open("/proc/self/status", O_RDONLY);
    if (getenv("TROUBLE_NO_PRELOAD") != NULL) {
        outcome.code = BACKPLANE_FAILED;
        outcome.message = "it would rather not";
        outcome.message_size = strlen(outcome.message);
    }
    reply(reply_context, &outcome);
}

static const void *extension(const backplane_plugin_descriptor *plugin, const char *name) {
    static const backplane_plugin_preload table = {.struct_size = sizeof table, .load = preload};
    (void)plugin;
    return strcmp(name, BACKPLANE_PRELOAD_EXTENSION) == 0 ? &table : NULL;
}

/* 1: the handlers of pthread_atfork ran here; 2: the template was sound; 4: so is the main thread; 8:
 * what was opened in the template is open. */
static void tell_soundness(void *context) {
    uint32_t facts = (at_fork == getpid()) + 2 * was_sound + 4 * is_sound();
    finish_number(context, facts + 8 * (kept >= 0 && fcntl(kept, F_GETFD) >= 0));
}

static void later(void *context) { finish_number(context, (uint32_t)(getpid() != gettid())); }
static void on_main(void *context) { finish_number(context, (uint32_t)(getpid() == gettid())); }

static void list_descriptors(backplane_call *call) {
    char text[4096] = "";
    DIR *folder = opendir("/proc/self/fd");
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        char target[256] = "", path[300];
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(folder)) continue;
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        if (readlink(path, target, sizeof target - 1) < 0) continue;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s=%s\n", entry->d_name, target);
    }
    if (folder != NULL) closedir(folder);
    finish_text(call, text);
}

static void list_environment(backplane_call *call) {
    char text[8192] = "";
    for (char **entry = environ; *entry != NULL; entry++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s\n", *entry);
    finish_text(call, text);
}

static void show_status(backplane_call *call) {
    char text[8192] = "";
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    if (file >= 0 && read(file, text, sizeof text - 1) < 0) text[0] = 0;
    close(file);
    finish_text(call, text);
}

/* What is mapped of files that are shared. */
static void show_maps(backplane_call *call) {
    char text[8192] = "", line[512];
    FILE *file = fopen("/proc/self/maps", "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *access = strchr(line, ' ');
        if (access == NULL || access[4] != 's') continue;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s", line);
    }
    if (file != NULL) fclose(file);
    finish_text(call, text);
}

enum { CRASH, SPIN, STREAM, ASK, NEST, PRINT, DESCRIPTORS, ENVIRONMENT, STATUS, LATER, MAIN, TWICE,
       WAIT, DEAF, CHILD, LIFE, SECOND, SCRIBBLE, PRELOADED, SOUND, MAPS, HOARD,
       REST, COUNT };

static void invoke(void *instance, const backplane_invocation *invocation, backplane_call *call) {
    const backplane_host *h = the_host;
    uint32_t n = number_of(invocation), sent = 0;
    (void)instance;
    switch (invocation->method) {
    case CRASH: raise(n == 0 ? SIGSEGV : (int)n); break;
    case DEAF: signal(SIGTERM, SIG_IGN); /* and */ /* fall through */
    case SPIN: for (volatile int i = 0;; i++) {} break;
    case STREAM:
        for (; sent < n; sent++) {
            uint8_t item[5] = {0x1a, (uint8_t)(sent >> 24), (uint8_t)(sent >> 16),
                               (uint8_t)(sent >> 8), (uint8_t)sent};
            uint32_t code = h->emit(h->context, call, item, sizeof item, 0, NULL, NULL);
            if (code != 0) { finish(call, code, NULL, 0, "emit"); return; }
        }
        finish_number(call, sent);
        break;
    case ASK: h->request(h->context, call, invocation->payload, invocation->payload_size, 0, reply, call); break;
    case NEST: {
        backplane_request request = {.struct_size = sizeof request, .parent = call};
        request.target = "other.method";
        request.target_size = strlen(request.target);
        request.payload = invocation->payload;
        request.payload_size = invocation->payload_size;
        request.reply = reply;
        request.reply_context = call;
        h->call(h->context, &request);
        break;
    }
    case PRINT:
        for (; sent < n; sent++) printf("line %u of a worker that likes to talk\n", sent);
        fflush(stdout);
        finish_number(call, sent);
        break;
    case DESCRIPTORS: list_descriptors(call); break;
    case ENVIRONMENT: list_environment(call); break;
    case STATUS: show_status(call); break;
    case LATER: h->execute(h->context, later, call); break;
    case MAIN: dispatch_async_f(&_dispatch_main_q, call, on_main); break;
    case TWICE:
        finish_number(call, 1);
        finish_number(call, 2);
        h->release(h->context, call);
        if (h->emit(h->context, call, NULL, 0, 0, NULL, NULL) == 0) abort();
        if (h->cancelled(h->context, call) == 0) abort();
        break;
    case WAIT:
        while (h->cancelled(h->context, call) == 0) usleep(1000);
        finish(call, BACKPLANE_CANCELLED, NULL, 0, "as was wished");
        break;
    case CHILD: {
        pid_t child = fork();
        if (child == 0) {
            execl("/bin/sleep", "sleep", "1000", (char *)NULL);
            _exit(127);
        }
        finish_number(call, (uint32_t)child);
        break;
    }
    case LIFE: finish_number(call, (uint32_t)(is_started * 2 + was_stopped)); break;
    case SCRIBBLE: {
        /* Frames as the host would read them, made up: it must not believe a word. */
        uint8_t frame[40] = {0};
        frame[0] = (uint8_t)(n & 0xff);   /* kind */
        frame[8] = (uint8_t)(n >> 8);     /* number */
        frame[39] = (uint8_t)(n >> 16);   /* high byte of the payload's size */
        forge(frame, sizeof frame);
        while (h->cancelled(h->context, call) == 0) usleep(1000);
        finish(call, 0, NULL, 0, NULL);
        break;
    }
    case PRELOADED: finish_number(call, (uint32_t)preloaded_in); break;
    case SOUND: dispatch_async_f(&_dispatch_main_q, call, tell_soundness); break;
    case MAPS: show_maps(call); break;
    case REST:
        usleep(n * 1000);
        finish_number(call, n);
        break;
    case HOARD: {
        /* As many mebibytes as it is told, if it gets them. */
        char *hoard = malloc((size_t)n << 20);
        if (hoard != NULL) memset(hoard, 1, (size_t)n << 20);
        finish_number(call, hoard != NULL);
        break;
    }
    case SECOND: finish(call, BACKPLANE_FAILED, NULL, 0, "it failed"); break;
    default: finish(call, BACKPLANE_NOT_FOUND, NULL, 0, "no such method"); break;
    }
}

static void create(const backplane_plugin_descriptor *plugin, const backplane_host *host,
                   const backplane_service *service, backplane_call *call, void **instance) {
    (void)plugin;
    the_host = host;
    *instance = &the_host;
    printf("created %s\n", service->identifier);
    fflush(stdout);
    /* Whether it comes up may change while its host runs. */
    const char *flag = getenv("TROUBLE_FAILS_IF");
    if ((service->configuration_size == 1 && service->configuration[0] == 0xf5)
        || (flag != NULL && access(flag, F_OK) == 0))
        finish(call, BACKPLANE_FAILED, NULL, 0, "told to fail");
    else finish(call, 0, NULL, 0, NULL);
}

static void destroy(void *instance) { (void)instance; }
static void start(void *instance, backplane_call *call) {
    (void)instance;
    is_started = 1;
    /* A thing that only one process can have at a time, as a port is. */
    const char *path = getenv("TROUBLE_LOCK");
    if (path != NULL && flock(open(path, O_RDWR | O_CLOEXEC), LOCK_EX | LOCK_NB) != 0)
        finish(call, BACKPLANE_FAILED, NULL, 0, "another has the lock");
    else finish(call, 0, NULL, 0, NULL);
}
static void stop(void *instance, backplane_call *call) {
    (void)instance;
    was_stopped = 1;
    finish(call, 0, NULL, 0, NULL);
}

static const char *const names[] = {"value"};
static const char *const types[] = {"any"};
#define METHOD(name, flags) {sizeof(backplane_method), flags, name, "", names, types, "any", 1, 0}

static const backplane_method methods[COUNT] = {
    METHOD("crash", 0), METHOD("spin", 0), METHOD("stream", 0),
    METHOD("ask", BACKPLANE_METHOD_ASYNC), METHOD("nest", BACKPLANE_METHOD_ASYNC),
    METHOD("print", 0), METHOD("descriptors", 0), METHOD("environment", 0), METHOD("status", 0),
    METHOD("later", BACKPLANE_METHOD_ASYNC), METHOD("main", BACKPLANE_METHOD_ASYNC),
    METHOD("twice", 0), METHOD("wait", 0), METHOD("deaf", 0), METHOD("child", 0),
    METHOD("life", 0), METHOD("second", 0), METHOD("scribble", 0),
    METHOD("preloaded", 0), METHOD("sound", BACKPLANE_METHOD_ASYNC), METHOD("maps", 0),
    METHOD("hoard", 0), METHOD("rest", 0),
};

static const backplane_plugin_descriptor descriptor = {
    .struct_size = sizeof descriptor, .magic = BACKPLANE_MAGIC,
    .abi_major = BACKPLANE_ABI_MAJOR, .abi_minor = BACKPLANE_ABI_MINOR,
    .name = "trouble", .version = "1", .compiler = "cc", .target = "x86_64-linux",
    .methods = methods, .method_count = COUNT, .method_stride = sizeof(backplane_method),
    .create = create, .destroy = destroy, .start = start, .invoke = invoke, .stop = stop,
    .extension = extension,
};

BACKPLANE_EXPORT const backplane_plugin_descriptor *backplane_plugin(void) { return &descriptor; }
