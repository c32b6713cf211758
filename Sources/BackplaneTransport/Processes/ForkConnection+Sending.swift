// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// The way of requests to a process that forks.
///
/// One that forks two hundred workers at once takes some milliseconds for each handful of requests that
/// its socket holds, and one that is stuck takes none: what there is no room for is sent by a thread that
/// may wait for it, in turn.
extension ForkConnection {
    /// So long a request may wait to be sent: longer than who is stuck is let be.
    private static let patience: UInt64 = 20_000_000_000

    /// Sends a request and descriptors, which stay the caller's; never waits.
    ///
    /// - Parameters:
    ///   - sent: Called once it was sent, from when on an answer may be expected.
    ///   - completion: Called later, or at once if it can't be sent.
    func send(
        _ request: UInt64, _ packet: [UInt8], _ descriptors: [CInt],
        sent: @escaping @Sendable (ForkConnection) -> Void, completion: Completion
    ) {
        let (failure, isFree) = state.withLock { state in
            if state.failure == nil { state.pending[request] = completion }
            return (state.failure, !state.isSendingLate)
        }
        if let failure { return completion.call(self, .failure(failure)) }
        if isFree {
            if transmit(packet, descriptors) { return sent(self) }
            guard errno == EAGAIN else { return fail(request) }
        }
        guard let late = LateRequest(request, packet, descriptors, sent: sent) else {
            return fail(request)
        }
        let isFirst = state.withLock { state in
            state.late.append(late)
            defer { state.isSendingLate = true }
            return !state.isSendingLate
        }
        guard isFirst, !Threads.start("bp-requests", { self.sendLate() }) else { return }
        let all = state.withLock { state in
            defer {
                state.late = []
                state.isSendingLate = false
            }
            return state.late
        }
        for late in all { fail(late.request, EAGAIN) }
    }

    /// Sends what has found no room, until there is nothing left.
    private func sendLate() {
        while let late = nextLate() {
            if transmit(late) { late.sent(self) } else { fail(late.request) }
        }
    }

    /// Sends what has found no room, as soon as there is some; false with errno.
    private func transmit(_ late: LateRequest) -> Bool {
        let end = late.since.advanced(byNanoseconds: Self.patience)
        while !transmit(late.packet, late.descriptors) {
            let error = errno
            guard error == EAGAIN, Instant.now < end, !hasEnded else {
                errno = error
                return false
            }
            var entry = pollfd(fd: control, events: CShort(POLLOUT), revents: 0)
            _ = unsafe poll(&entry, 1, 100)
        }
        return true
    }

    private func nextLate() -> LateRequest? {
        state.withLock { state in
            guard !state.late.isEmpty else {
                state.isSendingLate = false
                return nil
            }
            return state.late.removeFirst()
        }
    }

    /// Sends a packet; false with errno.
    private func transmit(_ packet: [UInt8], _ descriptors: [CInt]) -> Bool {
        unsafe clinux_send_packet(
            control, packet, packet.count, descriptors, descriptors.count) >= 0
    }

    /// Ends a request that can't be sent, as errno says.
    private func fail(_ request: UInt64, _ number: CInt = errno) {
        let isGone = number == EPIPE || number == ECONNRESET
        errno = number
        var error = TransportError.lastError("sending to \(name)")
        if isGone {
            error = TransportError(.closed, error.message)
            // Whoever asks next need not try.
            state.withLock { $0.failure = $0.failure ?? error }
        }
        take(request)?.call(self, .failure(error))
    }
}

/// A request that is sent later, with descriptors of its own.
final class LateRequest: Sendable {
    let request: UInt64
    let packet: [UInt8]
    let descriptors: [CInt]
    /// When it was to be sent.
    let since = Instant.now
    let sent: @Sendable (ForkConnection) -> Void

    /// Copies the descriptors; nothing, and errno, when there are none left.
    init?(
        _ request: UInt64, _ packet: [UInt8], _ descriptors: [CInt],
        sent: @escaping @Sendable (ForkConnection) -> Void
    ) {
        self.request = request
        self.packet = packet
        self.sent = sent
        var copies: [CInt] = []
        for descriptor in descriptors {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else {
                let error = errno
                for copy in copies { close(copy) }
                errno = error
                return nil
            }
            copies.append(copy)
        }
        self.descriptors = copies
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
