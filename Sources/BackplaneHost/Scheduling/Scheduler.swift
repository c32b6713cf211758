// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// Runs tasks, so many at once, and tells what comes of them.
///
/// ```swift
/// let scheduler = Scheduler(.forked(workers: 4), of: host)
/// let task = scheduler.task("echo.echoer")
/// scheduler.on(.started) { task.submit([1, 2, 3, 4, 5]) }
/// task.on(.message) { message in print(message.identifier, message.data) }
/// try await scheduler.run()
/// ```
///
/// The order of one submission, always: started, submitted, opened, messages and requests as they
/// come, closed, done, result or exception, empty, finishing, finished.
///
/// Handlers that capture the scheduler or its host keep them, as long as the scheduler lives.
public final class Scheduler: Sendable {
    /// One run, from `run` on.
    struct Run {
        let onException: ErrorPolicy
        let onCancelled: ErrorPolicy.Action
        /// Why it ends, once somebody or something has said so.
        var reason: ExitState?
        /// Whether the reason is thrown.
        var raises = false
        var alarms: [Task<Void, Never>] = []
        let end = Promise<ExitState>()
    }

    struct State {
        var machine: SchedulerMachine
        var run: Run?
        var submissions: [UInt64: Submission] = [:]
        var timers: [ObjectIdentifier: SchedulerTimer] = [:]
    }

    /// Where tasks run.
    public let slot: SchedulerSlot

    let host: Host
    let clock: any Clock<Duration>
    let handlers = EventHandlers<SchedulerEvent.Kind, SchedulerEvent>()
    private let feed = EventFeed()
    let state: Mutex<State>

    /// Makes a scheduler of a host that runs; it runs when it is told to.
    ///
    /// - Parameters:
    ///   - slot: Where tasks run, and how many at once.
    ///   - clock: What time-outs and timers go by.
    public init(
        _ slot: SchedulerSlot, of host: Host, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.slot = slot
        self.host = host
        self.clock = clock
        state = Mutex(State(machine: SchedulerMachine(limit: slot.workers)))
    }

    // MARK: Tasks

    /// A task that calls `service.method`, or a provided function.
    ///
    /// - Parameter timeout: For each submission; the method's own when not given.
    public func task(_ target: String, timeout: Duration? = nil) -> SchedulerTask {
        SchedulerTask(name: target, work: .method(target), timeout: timeout, scheduler: self)
    }

    func submit(_ task: SchedulerTask, _ arguments: CallPlan.Arguments) -> Submission? {
        let submission = Submission(
            host.resources.router.environment.nextNumber(), of: task, arguments: arguments)
        let actions = state.withLock { state in
            let actions = state.machine.submit(submission.number)
            if actions != nil { state.submissions[submission.number] = submission }
            return actions
        }
        guard let actions else { return nil }
        perform(actions)
        return submission
    }

    func cancel(_ submission: Submission) {
        perform(state.withLock { $0.machine.cancel(submission.number) })
    }

    // MARK: Runs

    /// Whether there is a run that takes submissions.
    public var isRunning: Bool { state.withLock { $0.machine.isOpen } }

    /// Runs until nothing is left to run, the time is over, or somebody stops it.
    ///
    /// Once it has returned it may run again. Cancelling the task that runs it cancels everything.
    ///
    /// - Parameters:
    ///   - timeout: How long to run; without it, as long as it takes.
    ///   - endOnEmpty: Whether to end when nothing is left, once the handlers of `empty` had their
    ///     chance to submit more.
    ///   - wait: Whether the end waits for what still runs. What has not begun is cancelled.
    ///   - onException: What follows when a submission fails or a handler throws.
    ///   - onCancelled: What follows when somebody cancels a submission.
    /// - Returns: Why it ended.
    /// - Throws: What a submission or a handler threw, where the policy is to raise; `unavailable`
    ///   when the scheduler is running.
    @discardableResult
    public func run(
        timeout: Duration? = nil, endOnEmpty: Bool = true, wait: Waiting = true,
        onException: ErrorPolicy = .raise, onCancelled: ErrorPolicy.Action = .raise
    ) async throws -> ExitState {
        let run = Run(onException: onException, onCancelled: onCancelled)
        let actions = state.withLock { state in
            let actions = state.machine.start(
                SchedulerMachine.Terms(endsOnEmpty: endOnEmpty, wait: wait))
            if actions != nil { state.run = run }
            return actions
        }
        guard let actions else {
            throw CallError(.unavailable, "the scheduler is running; wait until it has finished")
        }
        if let timeout {
            alarm(after: timeout) { self.end(ExitState(.timeout), raises: false) }
        }
        startTimers()
        perform(actions)
        let exit = await withTaskCancellationHandler {
            await run.end.value
        } onCancel: {
            abort()
        }
        return try raised(exit)
    }

    private func raised(_ exit: ExitState) throws -> ExitState {
        let raises = state.withLock { state in
            defer { state.run = nil }
            return state.run?.raises ?? false
        }
        if raises, let error = exit.error { throw error }
        return exit
    }

    /// Ends the run: no more is submitted, and what has not begun is cancelled.
    ///
    /// Does not wait for the end. Does nothing when there is no run, or it ends already.
    ///
    /// - Parameter message: For the exit state.
    public func stop(message: String? = nil) {
        end(ExitState(.stopped, message: message), raises: false)
    }

    func end(_ reason: ExitState, raises: Bool) {
        let actions = state.withLock { state in
            if state.machine.isOpen {
                state.run?.reason = reason
                state.run?.raises = raises
            }
            return state.machine.stop(reason.code)
        }
        perform(actions)
    }

    private func abort() {
        let actions = state.withLock { state in
            if state.machine.isOpen { state.run?.reason = ExitState(.cancelled) }
            return state.machine.abort()
        }
        perform(actions)
    }

    // MARK: Events

    /// Every event from now on, in order, to the end of the run.
    public var events: SchedulerEvents { SchedulerEvents(feed.subscribe()) }

    /// How often each event happened, over all runs.
    public var counts: [SchedulerEvent.Kind: Int] { handlers.counts }

    /// Registers a handler for an event, which is awaited before the run goes on.
    ///
    /// One that throws is dealt with by the run's `onException`.
    ///
    /// - Parameter when: Asked each time; `false` skips the handler.
    public func on<Payload: Sendable>(
        _ occasion: SchedulerOccasion<Payload>,
        when: @escaping @Sendable () -> Bool = { true },
        _ handler: @escaping @Sendable (Payload) async throws -> Void
    ) {
        handlers.add(occasion.kind, when: when) { event in
            guard let payload = occasion.payload(event) else { return }
            try await handler(payload)
        }
    }

    /// Counts an event, and has everybody deal with it who wants to.
    ///
    /// - Returns: What the first of the handlers that threw threw.
    func tell(_ event: SchedulerEvent) async -> (any Error)? {
        if let kind = event.kind { handlers.count(kind) }
        if case .submission(let submission, let event) = event {
            submission.task.handlers.count(event.kind)
        }
        await feed.post(event)
        var first: (any Error)?
        if let kind = event.kind { first = await handlers.handle(kind, event) }
        if case .submission(let submission, let event) = event {
            let error = await submission.task.handlers.handle(event.kind, (submission, event))
            first = first ?? error
        }
        return first
    }
}
