/* SPDX-License-Identifier: Apache-2.0 */

#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/vfs.h>

_Static_assert(CLINUX_READABLE == EPOLLIN && CLINUX_WRITABLE == EPOLLOUT, "epoll's masks");
_Static_assert(CLINUX_ERROR == EPOLLERR && CLINUX_HANGUP == EPOLLHUP, "epoll's masks");

typedef union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int) * CLINUX_MAX_PASSED)];
} control_space;

ssize_t clinux_send_packet(int socket, const void *bytes, size_t size, const int *descriptors,
                           size_t count) {
    if (count > CLINUX_MAX_PASSED) {
        errno = EINVAL;
        return -1;
    }
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    control_space control;
    if (count > 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(sizeof(int) * count);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(header), descriptors, sizeof(int) * count);
    }
    ssize_t sent;
    do sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent;
}

ssize_t clinux_receive_packet(int socket, void *bytes, size_t size, int *descriptors,
                              size_t *count, int wait) {
    struct iovec part = {.iov_base = bytes, .iov_len = size};
    control_space control;
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    size_t room = *count;
    *count = 0;
    ssize_t received;
    do received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
    while (received < 0 && errno == EINTR);
    if (received < 0) return -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header != NULL;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        size_t came = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < came; i++) {
            int descriptor;
            memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
            if (*count < room) descriptors[(*count)++] = descriptor;
            else close(descriptor);
        }
    }
    if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
        while (*count > 0) close(descriptors[--*count]);
        if (!(message.msg_flags & MSG_TRUNC)) return received;
        errno = EMSGSIZE;
        return -1;
    }
    return received;
}

int clinux_close_from(unsigned first) {
    if (close_range(first, ~0u, 0) == 0) return 0;
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -1;
    for (unsigned descriptor = first; descriptor < limit.rlim_cur; descriptor++) close(descriptor);
    return 0;
}

static int change_flags(int descriptor, int get, int set, int flag, int on) {
    int flags = fcntl(descriptor, get);
    if (flags < 0) return -1;
    return fcntl(descriptor, set, on ? flags | flag : flags & ~flag);
}

int clinux_duplicate(int descriptor, int number) { return dup3(descriptor, number, O_CLOEXEC); }

int clinux_set_close_on_exec(int descriptor, int on) {
    return change_flags(descriptor, F_GETFD, F_SETFD, FD_CLOEXEC, on);
}

int clinux_set_nonblocking(int descriptor, int on) {
    return change_flags(descriptor, F_GETFL, F_SETFL, O_NONBLOCK, on);
}

int clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int clinux_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t tag) {
    struct epoll_event event = {.events = events, .data = {.u64 = tag}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

int clinux_epoll_remove(int epoll, int descriptor) {
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

int clinux_epoll_wait(int epoll, clinux_event *events, int count, int timeout_milliseconds) {
    struct epoll_event ready[64];
    int n = epoll_wait(epoll, ready, count < 64 ? count : 64, timeout_milliseconds);
    for (int i = 0; i < n; i++) {
        events[i].events = ready[i].events;
        events[i].reserved = 0;
        events[i].tag = ready[i].data.u64;
    }
    return n;
}

int clinux_stream_pair(int pair[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
}

int clinux_packet_pair(int pair[2]) {
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair);
}

int clinux_pipe(int pair[2]) { return pipe2(pair, O_CLOEXEC); }

int clinux_signalfd(int signal) {
    sigset_t set;
    sigemptyset(&set);
    if (sigaddset(&set, signal) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Whether writers on other machines may be unknown to this kernel, or leases mean something else. */
static int is_remote(int descriptor) {
    struct statfs system;
    if (fstatfs(descriptor, &system) != 0) return 1;
    switch ((uint32_t)system.f_type) {
    case 0x6969: /* NFS */
    case 0xFF534D42: /* CIFS */
    case 0xFE534D42: /* SMB2 */
    case 0x65735546: /* FUSE */
    case 0x01021997: /* 9P */
    case 0x00C36400: /* Ceph */ return 1;
    default: return 0;
    }
}

int clinux_has_writer(int descriptor) {
    if (is_remote(descriptor)) return -1;
    /* A writer that comes while the lease is held breaks it, of which its owner gets a signal: this
     * thread, and one that is ignored unless somebody wants it. */
    struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = clinux_gettid()};
    if (fcntl(descriptor, F_SETOWN_EX, &owner) != 0) return -1;
    if (fcntl(descriptor, F_SETSIG, SIGURG) != 0) return -1;
    if (fcntl(descriptor, F_SETLEASE, F_RDLCK) != 0) return errno == EAGAIN ? 1 : -1;
    (void)fcntl(descriptor, F_SETLEASE, F_UNLCK);
    return 0;
}
