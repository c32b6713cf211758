// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// The threads that take what workers send when nobody else looks for it: one for sixteen workers.
///
/// Each worker has an eventfd of its own in the thread's epoll set, edge-triggered and never read: no
/// worker can lose a neighbour's wake-up.
public final class ReaderThreads: Sendable {
    private static let channelsPerThread = 16

    private let threads = Mutex<[ReaderThread]>([])

    /// Makes threads as they are needed.
    public init() {}

    deinit {
        close()
    }

    /// Has a thread look after a channel until `remove`.
    public func add(_ channel: HostChannel) throws(TransportError) {
        let result = threads.withLock { threads -> Result<ReaderThread, TransportError> in
            do throws(TransportError) {
                if let free = threads.first(where: { $0.count < Self.channelsPerThread }) {
                    try free.add(channel)
                    return .success(free)
                }
                let thread = try ReaderThread()
                try thread.add(channel)
                threads.append(thread)
                return .success(thread)
            } catch {
                return .failure(error)
            }
        }
        _ = try result.get()
    }

    /// Looks after a channel no more.
    public func remove(_ channel: HostChannel) {
        for thread in threads.withLock({ $0 }) { thread.remove(channel) }
    }

    /// Ends the threads.
    public func close() {
        let all = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for thread in all { thread.stop() }
    }
}

/// How a channel asks the reader thread that looks after it for a turn, on a way that its worker has
/// no hand in.
final class ReaderTurn: Sendable {
    private struct Place {
        weak var thread: ReaderThread?
        var tag: UInt64 = 0
    }

    private let place = Mutex(Place())

    fileprivate func belongs(to thread: ReaderThread, as tag: UInt64) {
        place.withLock { $0 = Place(thread: thread, tag: tag) }
    }

    /// Has the thread look, soon.
    func ask() {
        let (thread, tag) = place.withLock { ($0.thread, $0.tag) }
        thread?.serveSoon(tag)
    }
}

/// One of them.
private final class ReaderThread: Sendable {
    private struct State {
        /// Those that ask for a turn.
        var asking: Set<UInt64> = []
        var channels: [UInt64: HostChannel] = [:]
        var next: UInt64 = 1
        var isStopped = false
    }

    private let epoll: CInt
    /// For stopping, and for those that ask for a turn; its tag is 0, and nobody reads it.
    private let eventfd: CInt
    private let state = Mutex(State())

    init() throws(TransportError) {
        epoll = clinux_epoll_create()
        eventfd = clinux_eventfd()
        guard epoll >= 0, eventfd >= 0,
            clinux_epoll_add(epoll, eventfd, CLINUX_READABLE | CLINUX_EDGE, 0) == 0
        else { throw .lastError("epoll") }
        guard Threads.start("bp-reader", { self.run() }) else { throw .lastError("pthread_create") }
    }

    deinit {
        Glibc.close(epoll)
        Glibc.close(eventfd)
    }

    var count: Int { state.withLock { $0.isStopped ? .max : $0.channels.count } }

    func add(_ channel: HostChannel) throws(TransportError) {
        let tag = state.withLock { state in
            defer { state.next += 1 }
            state.channels[state.next] = channel
            return state.next
        }
        channel.turn.belongs(to: self, as: tag)
        guard clinux_epoll_add(epoll, channel.eventfd, CLINUX_READABLE | CLINUX_EDGE, tag) == 0
        else {
            let error = TransportError.lastError("epoll_ctl")
            state.withLock { $0.channels[tag] = nil }
            throw error
        }
    }

    func remove(_ channel: HostChannel) {
        let wasHere = state.withLock { state in
            guard let tag = state.channels.first(where: { $0.value === channel })?.key else {
                return false
            }
            state.channels[tag] = nil
            return true
        }
        if wasHere { _ = clinux_epoll_remove(epoll, channel.eventfd) }
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.channels = [:]
        }
        wake()
    }

    func serveSoon(_ tag: UInt64) {
        state.withLock { _ = $0.asking.insert(tag) }
        wake()
    }

    private func wake() {
        var one: UInt64 = 1
        // It fails only when the counter is full, which takes longer than any host lives.
        _ = unsafe write(eventfd, &one, 8)
    }

    private func run() {
        var events = [clinux_event](repeating: clinux_event(), count: 16)
        // Those that had more than a pass takes: they have their turn again after the others.
        var unfinished: [UInt64] = []
        while true {
            let count = unsafe clinux_epoll_wait(
                epoll, &events, CInt(events.count), unfinished.isEmpty ? -1 : 0)
            var woken = Set(events.prefix(Int(max(0, count))).map(\.tag))
            if woken.contains(0) {
                woken.formUnion(
                    state.withLock { state in
                        defer { state.asking = [] }
                        return state.asking
                    })
            }
            woken.formUnion(unfinished)
            var again: [UInt64] = []
            for tag in woken {
                let (channel, isStopped) = state.withLock { ($0.channels[tag], $0.isStopped) }
                if isStopped { return }
                if channel?.serve() == true { again.append(tag) }
            }
            unfinished = again
        }
    }
}
