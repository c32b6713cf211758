// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The socket calls of this module.
///
/// Source: send(2), recv(2), poll(2).
enum Socket {
    /// Sends without waiting and without SIGPIPE; bytes taken, or -1 and errno.
    static func send(
        _ descriptor: CInt, _ head: UnsafeRawBufferPointer,
        _ next: UnsafeRawBufferPointer
    ) -> Int {
        // sendmsg only reads through these pointers.
        let parts = unsafe [
            part(head),
            part(next),
        ]
        return unsafe parts.withUnsafeBufferPointer { parts in
            var message = unsafe msghdr()
            unsafe message.msg_iov = unsafe UnsafeMutablePointer(mutating: parts.baseAddress)
            unsafe message.msg_iovlen = next.isEmpty ? 1 : 2
            while true {
                let flags = CInt(MSG_DONTWAIT | MSG_NOSIGNAL)
                let count = unsafe sendmsg(descriptor, &message, flags)
                if count >= 0 || errno != EINTR { return count }
            }
        }
    }

    private static func part(_ bytes: UnsafeRawBufferPointer) -> iovec {
        unsafe iovec(
            iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
    }

    /// Receives without waiting; bytes got, 0 when the peer is gone, -1 when there is nothing now.
    static func receive(_ descriptor: CInt, _ place: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = unsafe recv(
                descriptor, place.baseAddress, place.count, CInt(MSG_DONTWAIT))
            if count >= 0 { return count }
            if errno == EINTR { continue }
            // A reset is how a peer goes that had not read all: for us it is gone.
            return errno == EAGAIN ? -1 : 0
        }
    }

    /// Waits for events of poll(2), or for errors and hang-up, which always count.
    static func wait(for descriptor: CInt, events: CInt, milliseconds: CInt) {
        var entry = pollfd(fd: descriptor, events: CShort(events), revents: 0)
        _ = unsafe Glibc.poll(&entry, 1, milliseconds)
    }

    /// Whether there is something to read, or a process behind a pidfd has ended.
    static func isReadable(_ descriptor: CInt) -> Bool {
        var entry = pollfd(fd: descriptor, events: CShort(POLLIN), revents: 0)
        return unsafe Glibc.poll(&entry, 1, 0) > 0
    }

    static func enlargeBuffers(_ descriptor: CInt) {
        var size: CInt = 1 << 20
        for option in [SO_SNDBUF, SO_RCVBUF] {
            unsafe setsockopt(
                descriptor, SOL_SOCKET, option, &size, socklen_t(MemoryLayout<CInt>.size))
        }
    }
}
