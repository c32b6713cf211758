// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// A call's wait for room for its arguments, in the memory of whichever worker has some first.
final class RoomWait: Sendable {
    /// A closure in a class of its own, see `Threads`.
    private final class End: Sendable {
        let give: @Sendable (_ worker: Int, PayloadBuffer?) -> Void
        init(_ give: @escaping @Sendable (Int, PayloadBuffer?) -> Void) { self.give = give }
    }

    private struct State {
        var isOver = false
        var requests: [(pool: BufferPool, request: BufferRequest)] = []
    }

    private let state = Mutex(State())

    private let size: Int
    private let whenOver: End

    /// - Parameter give: Called once with the first answer of all, and whose it is, on a thread that holds
    ///   no lock; it ends the wait. Without a buffer that worker is gone.
    init(for size: Int, give: @escaping @Sendable (_ worker: Int, PayloadBuffer?) -> Void) {
        self.size = size
        whenOver = End(give)
    }

    /// Asks the pool of a worker, unless the wait is over.
    func ask(_ pool: BufferPool, of worker: Int) {
        let request = BufferRequest(size) { buffer in
            // A second one has room for somebody else.
            if self.end() { self.whenOver.give(worker, buffer) }
        }
        let isOver = state.withLock { state in
            if !state.isOver { state.requests.append((pool, request)) }
            return state.isOver
        }
        guard !isOver else { return }
        pool.take(request)
        // Who ended it meanwhile may have looked for the request before it was there.
        if state.withLock({ $0.isOver }) { _ = pool.withdraw(request) }
    }

    /// Ends the wait; true the first time.
    @discardableResult
    func end() -> Bool {
        let requests = state.withLock { state -> [(pool: BufferPool, request: BufferRequest)]? in
            guard !state.isOver else { return nil }
            state.isOver = true
            defer { state.requests = [] }
            return state.requests
        }
        guard let requests else { return false }
        for (pool, request) in requests { _ = pool.withdraw(request) }
        return true
    }
}
