// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc
internal import HeapModule
internal import Synchronization

/// Something that ends by itself when its time has come.
protocol Expirable: AnyObject, Sendable {
    /// When.
    var deadline: Instant { get }
    /// Whether it has ended already.
    var isOver: Bool { get }
    /// Whether its deadline still means something, so that it must be remembered.
    var isWatched: Bool { get }
    /// How much memory is kept from others by remembering it.
    var retainedBytes: Int { get }
    /// Ends it.
    ///
    /// Called once at most, on the queue's thread; must not block.
    func expire()
}

extension Expirable {
    var isWatched: Bool { !isOver }
    var retainedBytes: Int { 0 }
}

/// Ends calls and requests at their deadlines, on one thread of its own.
///
/// What ended early is forgotten lazily: when more than half of the entries, or of the bytes that
/// they keep, may be of the past, the heap is built anew from the rest. So memory follows what runs
/// and not what ran.
final class DeadlineQueue: Sendable {
    private struct Entry: Comparable {
        let deadline: Instant
        let bytes: Int
        let target: any Expirable

        init(_ target: any Expirable) {
            deadline = target.deadline
            bytes = target.retainedBytes
            self.target = target
        }

        static func < (left: Entry, right: Entry) -> Bool { left.deadline < right.deadline }
        static func == (left: Entry, right: Entry) -> Bool { left.deadline == right.deadline }
    }

    private struct State {
        var heap = Heap<Entry>()
        var bytes = 0
        var compactAt = countLimit
        var compactAtBytes = byteLimit
        var isClosed = false

        mutating func insert(_ entry: Entry) {
            heap.insert(entry)
            bytes += entry.bytes
            if heap.count >= compactAt || bytes >= compactAtBytes { compact() }
        }

        mutating func removeFirst() -> any Expirable {
            let entry = heap.removeMin()
            bytes -= entry.bytes
            return entry.target
        }

        private mutating func compact() {
            let watched = heap.unordered.filter { $0.target.isWatched }
            heap = Heap(watched)
            bytes = watched.reduce(0) { $0 + $1.bytes }
            compactAt = max(countLimit, watched.count * 2)
            compactAtBytes = max(byteLimit, bytes * 2)
        }
    }

    /// So much of the past is never looked for.
    static let countLimit = 1024
    static let byteLimit = 16 << 20

    /// Says which thread is the queue's.
    private final class ThreadMark: Sendable {
        private let thread = Atomic<UInt>(0)

        func set() { thread.store(UInt(pthread_self()), ordering: .relaxed) }
        var isHere: Bool { thread.load(ordering: .relaxed) == UInt(pthread_self()) }
    }

    private let monitor = Monitor(State())
    private let mark = ThreadMark()

    init() {
        // The thread does not know the queue, so that it ends with it.
        Threads.start("deadlines") { [monitor, mark] in
            mark.set()
            Self.run(monitor)
        }
    }

    /// Whether this is the queue's own thread, which must not be kept.
    var isOwnThread: Bool { mark.isHere }

    deinit {
        close()
    }

    /// How many are remembered; for tests.
    var count: Int { monitor.withLock { $0.heap.count } }

    /// Ends `target` at its deadline, unless it is over by then.
    func watch(_ target: some Expirable) {
        guard target.deadline != .never else { return }
        let isFirst = monitor.withLock { state in
            let isFirst = state.heap.min.map { target.deadline < $0.deadline } ?? true
            state.insert(Entry(target))
            return isFirst
        }
        if isFirst { monitor.notify() }
    }

    /// Ends the thread; nothing expires any more.
    func close() {
        monitor.withLock { $0.isClosed = true }
        monitor.notify()
    }

    private static func run(_ monitor: Monitor<State>) {
        while let due = next(monitor) {
            if due.isWatched { due.expire() }
        }
    }

    private static func next(_ monitor: Monitor<State>) -> (any Expirable)? {
        monitor.wait { state in
            guard !state.isClosed else { return .done(nil) }
            guard let first = state.heap.min else { return .wait(until: .never) }
            guard first.deadline.hasPassed || !first.target.isWatched else {
                return .wait(until: first.deadline)
            }
            return .done(state.removeFirst())
        }
    }
}
