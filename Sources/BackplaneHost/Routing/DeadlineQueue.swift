// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import HeapModule
internal import Synchronization

/// Something that ends by itself when its time has come.
protocol Expirable: AnyObject, Sendable {
    /// When.
    var deadline: Instant { get }
    /// Whether it has ended already, so that nobody need remember it.
    var isOver: Bool { get }
    /// Ends it.
    ///
    /// Called once at most, on the queue's thread; must not block.
    func expire()
}

/// Ends calls and requests at their deadlines, on one thread of its own.
///
/// What ended early is forgotten lazily: when more than half of the entries are over, the heap is
/// built anew from the rest, so memory follows what runs and not what ran.
final class DeadlineQueue: Sendable {
    private struct Entry: Comparable {
        let deadline: Instant
        let target: any Expirable

        static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
        static func == (left: Entry, right: Entry) -> Bool { left.deadline == right.deadline }
    }

    private final class State {
        var heap = Heap<Entry>()
        var compactAt = 1024
        var isClosed = false
    }

    private let monitor = Monitor()
    // SAFETY: only touched with the monitor held.
    private nonisolated(unsafe) let state = State()

    init() {
        Threads.start("deadlines") { self.run() }
    }

    /// Ends `target` at its deadline, unless it is over by then.
    func watch(_ target: some Expirable) {
        guard target.deadline != .never else { return }
        monitor.withLock {
            let isFirst = unsafe state.heap.min.map { target.deadline < $0.deadline } ?? true
            unsafe state.heap.insert(Entry(deadline: target.deadline, target: target))
            if unsafe state.heap.count >= state.compactAt { compact() }
            if isFirst { monitor.signal() }
        }
    }

    /// Ends the thread; nothing expires any more.
    func close() {
        monitor.withLock {
            unsafe state.isClosed = true
            monitor.signal()
        }
    }

    private func compact() {
        let running = unsafe state.heap.unordered.filter { !$0.target.isOver }
        unsafe state.heap = Heap(running)
        unsafe state.compactAt = max(1024, running.count * 2)
    }

    private func run() {
        while let due = next() {
            if !due.isOver { due.expire() }
        }
    }

    private func next() -> (any Expirable)? {
        monitor.withLock {
            while unsafe !state.isClosed {
                guard let first = unsafe state.heap.min else {
                    monitor.wait(until: .never)
                    continue
                }
                if first.deadline <= .now || first.target.isOver {
                    return unsafe state.heap.removeMin().target
                }
                monitor.wait(until: first.deadline)
            }
            return nil
        }
    }
}
