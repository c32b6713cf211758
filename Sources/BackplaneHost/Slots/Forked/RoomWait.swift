// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// A call's wait for room for its arguments, in the memory of whichever worker has some first.
final class RoomWait: Sendable {
    private struct State {
        var isOver = false
        var requests: [(pool: BufferPool, request: BufferRequest)] = []
    }

    private let state = Mutex(State())

    init() {}

    /// Asks a pool, unless the wait is over.
    ///
    /// - Parameter give: Called once with the first answer of all, on any thread; it ends the wait.
    func ask(
        _ pool: BufferPool, for size: Int, give: @escaping @Sendable (PayloadBuffer?) -> Void
    ) {
        let request = BufferRequest(size) { buffer in
            // A second one has room for somebody else.
            if self.end() { give(buffer) }
        }
        let isOver = state.withLock { state in
            if !state.isOver { state.requests.append((pool, request)) }
            return state.isOver
        }
        if !isOver { pool.take(request) }
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
