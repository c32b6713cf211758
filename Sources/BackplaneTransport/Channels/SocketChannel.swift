// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// A channel over a connected stream socket.
///
/// What the socket does not take at once is queued and written by a thread that lives as long as
/// something is queued, so that two peers with much to say never wait for each other.
public final class SocketChannel: Channel {
    /// The socket; for tests of what a process holds open.
    public let descriptor: CInt

    private let limits: FrameLimits
    private let incoming: Mutex<Incoming>
    private let outgoing: Mutex<OutgoingQueue>

    private struct Incoming: ~Copyable {
        var assembler: FrameAssembler
        var failure: TransportError?
        var hasEnded = false
    }

    /// Makes a channel that owns `descriptor`, one end of a connected stream socket.
    public init(owning descriptor: CInt, limits: FrameLimits = FrameLimits()) {
        self.descriptor = descriptor
        self.limits = limits
        incoming = Mutex(Incoming(assembler: FrameAssembler(limits: limits)))
        outgoing = Mutex(OutgoingQueue())
        // Larger than the default where the system allows it; not a matter of correctness.
        Socket.enlargeBuffers(descriptor)
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Makes a channel and the descriptor of its other end, which the caller hands on and closes.
    public static func pair(
        limits: FrameLimits = FrameLimits()
    ) throws(TransportError) -> (channel: SocketChannel, peer: CInt) {
        var pair: [CInt] = [-1, -1]
        guard unsafe clinux_stream_pair(&pair) == 0 else {
            throw .lastError("socketpair")
        }
        Socket.enlargeBuffers(pair[1])
        return (SocketChannel(owning: pair[0], limits: limits), pair[1])
    }

    /// Sends frames; what the socket does not take at once is queued.
    public func send(_ frames: [Frame]) throws(TransportError) {
        for frame in frames {
            guard frame.payload.count <= limits.payload else {
                throw TransportError(
                    .tooLarge,
                    "a payload of \(frame.payload.count) bytes is over the limit of "
                        + "\(limits.payload)")
            }
            guard frame.fields.count <= FrameLimits.fields else {
                throw TransportError(
                    .tooLarge, "\(frame.fields.count) bytes of fields are too many")
            }
        }
        let (result, needsWriter) = outgoing.withLock { queue -> (TransportError?, Bool) in
            guard !queue.isClosed else { return (.channelClosed, false) }
            queue.append(frames)
            // Somebody is at it already; order forbids going past.
            guard !queue.hasWriter else { return (nil, false) }
            if let failure = queue.write(to: descriptor) { return (failure, false) }
            queue.hasWriter = !queue.isEmpty
            return (nil, queue.hasWriter)
        }
        if let result { throw result }
        if needsWriter { startWriter() }
    }

    /// Hands over what has arrived, without waiting.
    public func poll(_ take: (borrowing [Frame]) -> Void) throws(TransportError) -> ChannelState {
        let result = incoming.withLockIfAvailable { state in Self.drain(descriptor, &state, take) }
        return try result?.get() ?? .nothing
    }

    /// Waits for frames, or the end.
    public func receive(
        _ take: (borrowing [Frame]) -> Void
    ) throws(TransportError) -> ChannelState {
        while true {
            let result = incoming.withLock { state in Self.drain(descriptor, &state, take) }
            let state = try result.get()
            if state != .nothing { return state }
            Socket.wait(for: descriptor, events: POLLIN, milliseconds: -1)
        }
    }

    /// Waits until the queue is empty, or for at most `nanoseconds`.
    public func flush(nanoseconds: UInt64) {
        let end = Instant.now.advanced(byNanoseconds: nanoseconds)
        while true {
            let isDone = outgoing.withLock { queue in
                queue.isClosed || queue.write(to: descriptor) != nil || queue.isEmpty
            }
            let now = Instant.now
            if isDone || now >= end { return }
            let milliseconds = min(end.nanoseconds(since: now) / 1_000_000 + 1, 1000)
            Socket.wait(for: descriptor, events: POLLOUT, milliseconds: CInt(milliseconds))
        }
    }

    /// How many bytes the socket has not taken yet.
    public var queuedBytes: Int { outgoing.withLock { $0.queuedBytes } }

    /// Ends the channel, both ways.
    public func close() {
        outgoing.withLock { $0.close() }
        // The descriptor stays until the last user lets go: its number must not be anybody else's.
        shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// At most so many reads before what was read is handed over.
    private static let readsPerPass = 32

    private static func drain(
        _ descriptor: CInt, _ state: inout Incoming, _ take: (borrowing [Frame]) -> Void
    ) -> Result<ChannelState, TransportError> {
        if let failure = state.failure { return .failure(failure) }
        var frames: [Frame] = []
        var failure: TransportError?
        for _ in 0..<readsPerPass where !state.hasEnded && failure == nil {
            let count = unsafe state.assembler.fill { place in
                unsafe Socket.receive(descriptor, place)
            }
            if count < 0 { break }
            if count == 0 {
                state.hasEnded = true
                if state.assembler.isInsideFrame { failure = .torn }
                break
            }
            do throws(TransportError) {
                while let frame = try state.assembler.next() { frames.append(frame) }
            } catch {
                failure = error
            }
        }
        state.failure = failure
        // What came whole before a fault is still good: a message sent before a crash arrives.
        if !frames.isEmpty {
            take(frames)
            return .success(.frames)
        }
        if let failure { return .failure(failure) }
        return .success(state.hasEnded ? .closed : .nothing)
    }

    private func startWriter() {
        let started = Threads.start("bp-writer") { [self] in
            while true {
                Socket.wait(for: descriptor, events: POLLOUT, milliseconds: -1)
                let isDone = outgoing.withLock { queue in
                    _ = queue.write(to: descriptor)
                    queue.hasWriter = !queue.isEmpty && !queue.isClosed
                    return !queue.hasWriter
                }
                if isDone { return }
            }
        }
        // Without a thread nothing would ever be written again: better the end than silence.
        if !started { close() }
    }
}

extension TransportError {
    static let torn = TransportError(.malformed, "the stream ended inside a frame")
    static let channelClosed = TransportError(.closed, "the channel is closed")

    /// The error of the system call `call` that has just failed; see its page in section 2.
    static func lastError(_ call: String, _ number: CInt = errno) -> TransportError {
        // SAFETY: strerror's text is copied at once.
        let words = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return TransportError(.system, "\(call): \(words)")
    }
}
