// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Something that a scheduler does later, unless its run has ended or it was cancelled by then.
public final class SchedulerTimer: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var isOver = false
    }

    private let duration: Duration
    private let body: @Sendable () async throws -> Void
    private let state = Mutex(State())

    init(_ duration: Duration, _ body: @escaping @Sendable () async throws -> Void) {
        self.duration = duration
        self.body = body
    }

    /// Says that it is no longer wanted.
    ///
    /// - Returns: Whether it was in time: what has begun is not ended.
    @discardableResult
    public func cancel() -> Bool {
        let (task, isInTime) = state.withLock { state in
            defer { state.isOver = true }
            return (state.task, !state.isOver)
        }
        if isInTime { task?.cancel() }
        return isInTime
    }

    /// Starts to wait, once.
    ///
    /// - Parameters:
    ///   - over: Told when nothing more comes of it.
    ///   - failed: Told what the body threw.
    func start(
        _ clock: any Clock<Duration>, on executor: ThreadExecutor,
        over: @escaping @Sendable (SchedulerTimer) -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        state.withLock { state in
            guard !state.isOver, state.task == nil else { return }
            // Owned by the timer, which the scheduler cancels at the end of the run.
            state.task = Task(name: "timer", executorPreference: executor) {
                defer { over(self) }
                // Thrown only when the timer was cancelled.
                try? await clock.sleep(for: self.duration, tolerance: nil)
                guard self.begins() else { return }
                do {
                    try await self.body()
                } catch {
                    failed(error)
                }
            }
        }
    }

    private func begins() -> Bool {
        state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
    }
}
