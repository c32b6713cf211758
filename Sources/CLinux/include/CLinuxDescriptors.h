/* SPDX-License-Identifier: Apache-2.0 */

/* Descriptors: passing them, closing them, waiting for them. */

#ifndef CLINUX_DESCRIPTORS_H
#define CLINUX_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The most descriptors that one packet carries here. */
#define CLINUX_MAX_PASSED 8

/* One event of clinux_epoll_wait. */
typedef struct clinux_event {
    uint32_t events;
    uint32_t reserved;
    uint64_t tag;
} clinux_event;

/* Masks of epoll(7). */
#define CLINUX_READABLE 0x001u
#define CLINUX_WRITABLE 0x004u
#define CLINUX_ERROR 0x008u
#define CLINUX_HANGUP 0x010u
#define CLINUX_EDGE (1u << 31)

/* Sends one packet with descriptors (SCM_RIGHTS); never raises SIGPIPE. -1 and errno on failure. */
ssize_t clinux_send_packet(int socket, const void *bytes, size_t size, const int *descriptors,
                           size_t count);

/* Receives one packet and the descriptors it carries, close-on-exec. `count` is in and out: how many
 * fit, how many came; superfluous ones are closed. 0 means that the peer is gone. -1 and errno on
 * failure, EMSGSIZE for a packet that was cut. Where this process has no room for the descriptors, none
 * come. `wait` 0: EAGAIN when there is none. */
ssize_t clinux_receive_packet(int socket, void *bytes, size_t size, int *descriptors,
                              size_t *count, int wait);

/* Closes the descriptors from `first` to the last possible one. close_range(2), or one by one. */
int clinux_close_from(unsigned first);

/* Makes `number` another name of a descriptor (dup3), close-on-exec. */
int clinux_duplicate(int descriptor, int number);

int clinux_set_close_on_exec(int descriptor, int on);
int clinux_set_nonblocking(int descriptor, int on);

int clinux_eventfd(void);
int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t tag);
int clinux_epoll_remove(int epoll, int descriptor);
int clinux_epoll_wait(int epoll, clinux_event *events, int count, int timeout_milliseconds);

/* A socketpair(2) of unix sockets, close-on-exec: a stream, or packets. */
int clinux_stream_pair(int pair[2]);
int clinux_packet_pair(int pair[2]);

/* A pipe2(2), close-on-exec: the reading end, the writing end. */
int clinux_pipe(int pair[2]);

/* A signalfd(2) for one signal, which must be blocked; close-on-exec, non-blocking. */
int clinux_signalfd(int signal);

/* Whether somebody has a file open for writing: 1, 0, or -1 where neither the file system nor our
 * permissions tell. `descriptor` is open for reading only. Asked through a lease that is given back
 * at once; a writer that comes within that microsecond waits for it, or gets EWOULDBLOCK if it opened
 * with O_NONBLOCK. */
int clinux_has_writer(int descriptor);

#endif
