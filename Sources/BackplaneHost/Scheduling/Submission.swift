// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// One run of a task, from its submission on.
public final class Submission: Sendable {
    private struct State {
        var running: (any RunningCall)?
        var conversation: Task<Void, Never>?
        var isCancelled = false
        var isOver = false
    }

    /// Unique within the host; what its messages and requests carry.
    public let number: UInt64

    /// What runs.
    public let task: SchedulerTask

    let arguments: CallPlan.Arguments
    private let state = Mutex(State())
    private let end = Promise<Result<Payload, any Error>>()

    init(_ number: UInt64, of task: SchedulerTask, arguments: CallPlan.Arguments) {
        self.number = number
        self.task = task
        self.arguments = arguments
    }

    /// Cancels it: at once if it waits to be run; what runs is told.
    public func cancel() {
        task.scheduler?.cancel(self)
    }

    /// The result, once its handlers have had it.
    ///
    /// - Throws: What the closure threw, the `CallError` of the method, `cancelled`.
    public func value<Result: Decodable>(as type: Result.Type = Result.self) async throws -> Result
    {
        try await end.value.get().decoded(as: type, what: "result of \(task.name)")
    }

    /// Whether it was told that nobody wants its result.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// Notes what runs, to be told of a cancellation.
    func runs(_ running: any RunningCall) {
        let isCancelled = state.withLock { state in
            if !state.isOver { state.running = running }
            return state.isCancelled
        }
        if isCancelled { running.cancel() }
    }

    /// Notes the task that handles messages and requests, to be cancelled with it.
    func converses(_ conversation: Task<Void, Never>) {
        let isCancelled = state.withLock { state in
            if !state.isOver { state.conversation = conversation }
            return state.isCancelled
        }
        if isCancelled { conversation.cancel() }
    }

    /// Tells what runs, and the handlers that deal with it, that nobody wants the result.
    func cancelRunning() {
        let (running, conversation) = state.withLock { state in
            state.isCancelled = true
            return (state.running, state.conversation)
        }
        running?.cancel()
        conversation?.cancel()
    }

    /// Says that nothing runs any more.
    func stopped() {
        state.withLock { state in
            state.isOver = true
            state.running = nil
            state.conversation = nil
        }
    }

    /// Gives the result to those who wait for it.
    func end(with result: Result<Payload, any Error>) {
        end.keep(result)
    }
}
