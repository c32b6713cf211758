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

    private struct State {
        var heap = Heap<Entry>()
        var compactAt = 1024
        var isClosed = false

        mutating func compact() {
            let running = heap.unordered.filter { !$0.target.isOver }
            heap = Heap(running)
            compactAt = max(1024, running.count * 2)
        }
    }

    private let monitor = Monitor(State())

    init() {
        Threads.start("deadlines") { [self] in run() }
    }

    /// Ends `target` at its deadline, unless it is over by then.
    func watch(_ target: some Expirable) {
        guard target.deadline != .never else { return }
        let isFirst = monitor.withLock { state in
            let isFirst = state.heap.min.map { target.deadline < $0.deadline } ?? true
            state.heap.insert(Entry(deadline: target.deadline, target: target))
            if state.heap.count >= state.compactAt { state.compact() }
            return isFirst
        }
        if isFirst { monitor.notify() }
    }

    /// Ends the thread; nothing expires any more.
    func close() {
        monitor.withLock { $0.isClosed = true }
        monitor.notify()
    }

    private func run() {
        while let due = next() {
            if !due.isOver { due.expire() }
        }
    }

    private func next() -> (any Expirable)? {
        monitor.wait { state in
            guard !state.isClosed else { return .done(nil) }
            guard let first = state.heap.min else { return .wait(until: .never) }
            guard first.deadline.hasPassed || first.target.isOver else {
                return .wait(until: first.deadline)
            }
            return .done(state.heap.removeMin().target)
        }
    }
}
