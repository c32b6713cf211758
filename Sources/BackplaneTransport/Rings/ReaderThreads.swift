// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The threads that take what workers send when nobody else looks for it: one for sixteen workers.
///
/// Each worker has an eventfd of its own in the thread's epoll set, edge-triggered and never read: no
/// worker can lose a neighbour's wake-up.
public final class ReaderThreads: Sendable {
    private static let channelsPerThread = 16

    private struct State {
        var threads: [ReaderThread] = []
        var executor: ReaderExecutor?
    }

    private let state = Mutex(State())
    private let wakeTime: UInt64

    /// Makes threads as they are needed.
    ///
    /// - Parameter spins: Whether they may look again and again for a moment before they sleep.
    public init(spins: Bool = false) {
        wakeTime = spins ? WakeTime.nanoseconds : SpinBudget.usual
    }

    deinit {
        state.withLock { state in
            for thread in state.threads where thread !== state.executor?.thread { thread.stop() }
        }
    }

    /// Runs tasks on the thread that reads the first sixteen workers.
    public func executor() throws(TransportError) -> ReaderExecutor {
        let result = state.withLock { state -> Result<ReaderExecutor, TransportError> in
            if let executor = state.executor { return .success(executor) }
            do throws(TransportError) {
                if state.threads.isEmpty { state.threads = [try ReaderThread(wakeTime)] }
            } catch {
                return .failure(error)
            }
            let executor = ReaderExecutor(state.threads[0])
            state.executor = executor
            return .success(executor)
        }
        return try result.get()
    }

    /// Has a thread look after a channel until `remove`.
    public func add(_ channel: HostChannel) throws(TransportError) {
        let result = state.withLock { state -> Result<Void, TransportError> in
            do throws(TransportError) {
                if let free = state.threads.first(where: { $0.count < Self.channelsPerThread }) {
                    try free.add(channel)
                } else {
                    let thread = try ReaderThread(wakeTime)
                    try thread.add(channel)
                    state.threads.append(thread)
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// Looks after a channel no more.
    public func remove(_ channel: HostChannel) {
        for thread in state.withLock({ $0.threads }) { thread.remove(channel) }
    }

    /// Looks after no channel any more.
    public func close() {
        for thread in state.withLock({ $0.threads }) { thread.removeAll() }
    }
}
