// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// One thread that waits for many descriptors and calls back when one of them has news.
///
/// Handlers run on that thread, one at a time, and must not block.
package final class Reactor: Sendable {
    // A class of its own: a closure kept in a generic box is wrapped anew at each access.
    private final class Handler: Sendable {
        let call: @Sendable (_ tag: UInt64) -> Void
        init(_ call: @escaping @Sendable (UInt64) -> Void) { self.call = call }
    }

    private struct Timer {
        var due: Instant
        var handler: Handler
    }

    private struct State {
        var handlers: [UInt64: Handler] = [:]
        var timers: [Timer] = []
        var nextTag: UInt64 = 1
        var isStopped = false
    }

    private let epoll: CInt
    private let wake: CInt
    private let state = Mutex(State())

    /// Starts the thread.
    ///
    /// - Parameter name: At most 15 bytes.
    package init(name: String) throws(TransportError) {
        epoll = clinux_epoll_create()
        wake = clinux_eventfd()
        guard epoll >= 0, wake >= 0, clinux_epoll_add(epoll, wake, CLINUX_READABLE, 0) == 0 else {
            throw .lastError("epoll")
        }
        guard Threads.start(name, { self.run() }) else {
            throw .lastError("pthread_create")
        }
    }

    deinit {
        close(epoll)
        close(wake)
    }

    /// Calls `handler` whenever `descriptor` is readable or has ended, until it is removed.
    ///
    /// - Parameter handler: Gets what `remove` takes: it may run before this returns.
    /// - Returns: What `remove` takes.
    /// - Throws: `.closed` once it is stopped, `.system`.
    @discardableResult
    package func add(
        _ descriptor: CInt, _ handler: @escaping @Sendable (_ tag: UInt64) -> Void
    ) throws(TransportError) -> UInt64 {
        let handler = Handler(handler)
        let added: UInt64? = state.withLock { state in
            guard !state.isStopped else { return nil }
            let tag = state.nextTag
            state.nextTag += 1
            state.handlers[tag] = handler
            return tag
        }
        guard let tag = added else { throw TransportError(.closed, "its thread has ended") }
        guard clinux_epoll_add(epoll, descriptor, CLINUX_READABLE, tag) == 0 else {
            let error = TransportError.lastError("epoll_ctl")
            state.withLock { $0.handlers[tag] = nil }
            throw error
        }
        return tag
    }

    /// Forgets a descriptor, which must still be open; its handler may be running.
    package func remove(_ tag: UInt64, _ descriptor: CInt) {
        _ = clinux_epoll_remove(epoll, descriptor)
        state.withLock { $0.handlers[tag] = nil }
    }

    /// Calls `handler` once, so many nanoseconds from now.
    package func after(_ nanoseconds: UInt64, _ handler: @escaping @Sendable () -> Void) {
        let timer = Timer(
            due: Instant.now.advanced(byNanoseconds: nanoseconds),
            handler: Handler { _ in handler() })
        let isNext = state.withLock { state in
            defer { state.timers.append(timer) }
            return state.timers.allSatisfy { timer.due < $0.due }
        }
        // Else its thread is up by then anyway.
        if isNext { wakeUp() }
    }

    /// Ends the thread; handlers that have not run yet never will.
    package func stop() {
        state.withLock { state in
            state.isStopped = true
            state.handlers = [:]
            state.timers = []
        }
        wakeUp()
    }

    private func wakeUp() {
        var one: UInt64 = 1
        // It fails only when the counter is full, and then the thread is awake anyway.
        _ = unsafe write(wake, &one, 8)
    }

    private func run() {
        var events = [clinux_event](repeating: clinux_event(), count: 64)
        while true {
            let timeout = state.withLock { $0.isStopped ? nil : Self.timeout($0.timers) }
            guard let timeout else { return }
            let count = unsafe clinux_epoll_wait(epoll, &events, CInt(events.count), timeout)
            for event in events.prefix(Int(max(0, count))) {
                if event.tag == 0 {
                    var value: UInt64 = 0
                    _ = unsafe read(wake, &value, 8)
                } else {
                    let handler = state.withLock { $0.handlers[event.tag] }
                    handler?.call(event.tag)
                }
            }
            let now = Instant.now
            let due = state.withLock { state in
                let due = state.timers.filter { $0.due <= now }
                if !due.isEmpty { state.timers.removeAll { $0.due <= now } }
                return due
            }
            for timer in due { timer.handler.call(0) }
        }
    }

    /// Milliseconds until the first timer, rounded up; -1 without any.
    private static func timeout(_ timers: [Timer]) -> CInt {
        guard let first = timers.map(\.due).min() else { return -1 }
        let now = Instant.now
        return first <= now ? 0 : CInt(clamping: first.nanoseconds(since: now) / 1_000_000 + 1)
    }
}
