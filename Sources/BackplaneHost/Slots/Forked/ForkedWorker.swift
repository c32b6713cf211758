// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// One worker process of a forked slot: the steps of its life, the calls in it, what it asks for.
///
/// Nothing that it says is believed before it was checked: a number that is not outstanding, a frame
/// that a worker does not send, are faults, and a worker with a fault is killed.
final class ForkedWorker: Sendable {
    /// Told what happens to a worker; any thread, must not block.
    protocol Owner: AnyObject, Sendable {
        /// It takes no more calls: its channel has ended.
        func lost(_ worker: ForkedWorker)
        /// It is done with a call, whose outcome is about to be told: there is room for another, which
        /// may be of the same caller.
        ///
        /// - Returns: Whether anybody waits for that.
        func left(_ call: UInt64) -> Bool
        /// That was told: who waits may come.
        func goOn(_ isAnybodyWaiting: Bool)
        /// It has not begun a call, and won't soon: the call is the owner's again.
        func returned(_ call: Call, by worker: ForkedWorker)
        /// It is ending, as it seems: it takes no more calls, and still has what it has.
        func dying(_ worker: ForkedWorker)
        /// It is gone, and so are its calls.
        func ended(_ worker: ForkedWorker, _ exit: WorkerExit)
    }

    struct State {
        var calls = NumberTable<ForkedCall>()
        /// When the first of them has to be looked after; see `DeadlineAlarm`.
        var alarm = Instant.never
        var steps: [UInt64: Promise<Frame?>] = [:]
        /// Those whose time was up: their answers may still come.
        var givenUpSteps: Set<UInt64> = []
        var nested: [UInt64: Call] = [:]
        var questions: [UInt64: Question] = [:]
        var openRequests = 0
        /// No more frames come.
        var hasHungUp = false
        var exit: WorkerExit?
        var hasEnded = false
        /// Why it was killed, when we did it.
        var reason: String?
        var isStopping = false
        /// What is to be written down of its end, once all is known of it.
        var ending: (words: String, calls: Int)?
    }

    let context: InstanceContext
    let process: WorkerProcess
    let log: ServiceLog
    let environment: CallEnvironment
    /// Whether it was forked from a template, and has been sent its first steps.
    let hasPluginOpen: Bool
    let state = Mutex(State())
    /// What looks after the deadlines of its calls.
    let alarms = DeadlineAlarm.Target()
    /// Messages of the service itself.
    let serviceMessages = Mutex(MessageIntake())
    /// Who made it; an owner lives as long as its processes do.
    ///
    /// Strong, as every other reference on the way of a call: an object to which there ever was a weak one
    /// is counted in a table aside from then on, which takes three times as long.
    let owner: any Owner
    /// The connection to it.
    let channel: HostChannel

    init(
        _ process: WorkerProcess, context: InstanceContext, log: ServiceLog,
        environment: CallEnvironment, owner: any Owner, hasPluginOpen: Bool = false
    ) {
        self.process = process
        self.context = context
        self.log = log
        self.environment = environment
        self.owner = owner
        channel = process.channel
        self.hasPluginOpen = hasPluginOpen
    }

    var identifier: String { context.identifier }

    /// Begins to listen to it.
    ///
    /// - Returns: Whether there was a thread for that; without one it was killed.
    func begin() -> Bool {
        alarms.set(self)
        process.onExit { exit in
            self.exited(exit)
            self.note(exit)
        }
        process.observeEnd(self)
        do throws(TransportError) {
            try process.listen(self)
            return true
        } catch {
            kill(because: error.message)
            return false
        }
    }

    // MARK: Steps

    /// Has it take a step of its life and waits for the outcome, at most until `deadline`.
    func step(
        _ name: String, by deadline: Instant, _ frame: Frame
    ) async throws(CallError) -> Frame {
        let step = ExpectedStep(name, by: deadline, in: environment)
        var frame = frame
        frame.number = step.number
        if expect(step) { send(frame) }
        return try await answer(to: step)
    }

    /// Notes a step whose answer will come; false when it won't, which the step then knows.
    func expect(_ step: ExpectedStep) -> Bool {
        let isThere = state.withLock { state in
            if !state.hasEnded { state.steps[step.number] = step.answer }
            return !state.hasEnded
        }
        if !isThere { step.answer.keep(nil) }
        return isThere
    }

    /// Waits for the outcome of a step that is expected.
    func answer(to step: ExpectedStep) async throws(CallError) -> Frame {
        let came = await withTaskCancellationHandler {
            await step.answer.value
        } onCancel: {
            step.answer.keep(nil)
        }
        state.withLock { state in
            if state.steps.removeValue(forKey: step.number) != nil {
                state.givenUpSteps.insert(step.number)
            }
        }
        guard let came else { throw failure(of: step.name) }
        let outcome: FrameOutcome
        do throws(TransportError) {
            outcome = try came.outcome()
        } catch {
            throw CallError(.internal, "worker \(identifier): \(error.message)")
        }
        if let error = Outcome(outcome).error { throw error }
        return came
    }

    /// How it ended, once that has been heard; what it used comes later.
    var exit: WorkerExit? { state.withLock { $0.exit } }

    private func failure(of step: String) -> CallError {
        if let exit {
            return .crashed(step, worker: identifier, how: WorkerEnd.words(exit))
        }
        return .deadlineExceeded(
            "\(step) of worker \(identifier)", after: context.service.startTimeout)
    }

    // MARK: Calls

    /// Hands it a call.
    ///
    /// - Returns: Whether it was sent; if not, nothing of it ran, and it is the caller's again.
    func run(_ job: Admission.Job) -> Bool {
        let call = job.call
        guard call.arguments.count <= environment.payloadLimit else {
            call.complete(
                .error(
                    .tooLarge(
                        "the arguments of \(call.service).\(call.method)", call.arguments.count,
                        limit: environment.payloadLimit)))
            return true
        }
        call.markStarted()
        call.channel.set(channel)
        guard begin(ForkedCall(subject: .whole(call)), call.number, until: call.deadline) else {
            return false
        }
        do throws(TransportError) {
            let position = try channel.sendCall(
                number: call.number, deadline: call.deadline.nanoseconds,
                method: job.method.index, job.arguments)
            state.withLock { state in
                guard var sent = state.calls[call.number] else { return }
                sent.positionOfWhole = position
                state.calls.insert(sent, for: call.number)
            }
        } catch {
            guard hasBeenDealtWith(call.number) else { return false }
        }
        // A cancellation that came in between found nothing to cancel there.
        if call.isOver { cancel(call.number) }
        return true
    }

    /// Hands it a call of which nothing but the outcome is wanted; a thread that blocks for it has entered the
    /// channel afterwards.
    ///
    /// - Returns: As the other one.
    func run(_ call: PlainCall) -> Bool {
        let isWaiting = call.request.isBlocking
        guard
            begin(
                ForkedCall(subject: .plain(call)), call.number, until: call.request.deadline)
        else {
            if isWaiting { channel.enter() }
            return false
        }
        do throws(TransportError) {
            let position = try unsafe call.request.arguments.withBytes {
                (bytes) throws(TransportError) in
                try unsafe channel.sendCall(
                    number: call.number, deadline: call.request.deadline.nanoseconds,
                    method: call.method.index, bytes, isWaiting: isWaiting)
            }
            call.position.store(position, ordering: .releasing)
        } catch {
            guard hasBeenDealtWith(call.number) else { return false }
        }
        // As above, if it has become more than plain so soon.
        if call.isMore, call.whole.isOver { cancel(call.number) }
        return true
    }

    /// Takes out a call that could not be sent: it is the caller's again, unless the worker's end has dealt with it
    /// already.
    ///
    /// - Returns: Whether that was so.
    private func hasBeenDealtWith(_ call: UInt64) -> Bool { take(call: call) == nil }

    @inline(__always)
    private func begin(
        _ call: consuming ForkedCall, _ number: UInt64, until deadline: Instant
    ) -> Bool {
        // Moved: each count up or down takes as long as much of the rest.
        var call = Optional(call)
        let (isThere, isFirst) = state.withLock { state in
            guard !state.hasHungUp else { return (false, false) }
            if let call = call.take() { state.calls.insert(call, for: number) }
            channel.note(calls: state.calls.count)
            defer { state.alarm = min(state.alarm, deadline) }
            return (true, deadline < state.alarm)
        }
        guard isThere else { return false }
        if isFirst { watchDeadlines(from: deadline) }
        return true
    }

    /// Takes a call out: what follows is of no call.
    func take(call number: UInt64) -> ForkedCall? {
        state.withLock { state in
            let call = state.calls.remove(number)
            channel.note(calls: state.calls.count)
            return call
        }
    }

    /// Tells it that a call is no longer wanted.
    func cancel(_ call: UInt64) {
        send(Frame(.cancel, number: call))
    }

    /// Whether a call is still in it.
    func has(_ number: UInt64) -> Bool {
        state.withLock { $0.calls[number] } != nil
    }

    var runningCalls: [Call] { state.withLock { $0.calls.values.map(\.call) } }

    /// Sends a frame; false when it is past hearing.
    @discardableResult
    func send(_ frame: Frame) -> Bool {
        do throws(TransportError) {
            try channel.send(frame)
            return true
        } catch {
            return false
        }
    }

    /// Ends it, for a reason that its dossier tells.
    func kill(because reason: String) {
        state.withLock { $0.reason = $0.reason ?? reason }
        process.kill()
    }

    /// Its end, from now on, is no failure.
    func expectEnd() {
        state.withLock { $0.isStopping = true }
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }

    // MARK: The end

    private func exited(_ exit: WorkerExit) {
        // What it had sent is still heard, before its end is told.
        process.hearEnd()
        state.withLock { state in
            state.exit = exit
            state.hasHungUp = true
        }
        owner.lost(self)
        conclude()
    }

    /// Once it has exited and all that it said was heard.
    private func conclude() {
        let end: (State, WorkerExit)? = state.withLock { state in
            guard let exit = state.exit, state.hasHungUp, !state.hasEnded else { return nil }
            defer {
                state.hasEnded = true
                state.calls.removeAll()
                state.nested = [:]
                state.questions = [:]
                state.steps = [:]
            }
            return (state, exit)
        }
        guard let (last, exit) = end else { return }
        alarms.set(nil)
        let words = last.reason.map { "was killed because \($0)" } ?? WorkerEnd.words(exit)
        if !last.isStopping {
            state.withLock { $0.ending = (words, last.calls.count) }
        }
        // Before its callers hear of it: what they do next is not to meet the same again.
        owner.ended(self, exit)
        for step in last.steps.values { step.keep(nil) }
        for nested in last.nested.values {
            nested.cancel(.unavailable(context.service.name, because: "its worker \(words)"))
        }
        for question in last.questions.values {
            question.respond(.error(.unavailable, "worker \(identifier) \(words)"))
        }
        let taken = channel.taken
        for call in last.calls.values {
            let target = "\(call.call.service).\(call.call.method)"
            // One that it had not taken has not run: it may be tried again, whatever it does. Of one whose
            // sender is not back from sending it nobody knows, and it counts as one that has.
            call.end(
                .error(
                    call.position <= taken
                        ? .crashed(target, worker: identifier, how: words)
                        : .unavailable(
                            context.service.name,
                            because: "worker \(identifier) \(words) before it began the call")))
        }
        context.close()
    }

    private func note(_ exit: WorkerExit) {
        guard let (words, calls) = state.withLock({ $0.ending }) else { return }
        log.write(
            .error, "worker ended",
            metadata: [
                LogKey.worker: identifier, LogKey.reason: words, "calls": "\(calls)",
                "peak-memory": "\(exit.peakMemoryBytes)",
            ], identifier: identifier, generation: context.generation)
    }
}

extension ForkedWorker: WorkerProcess.EndObserver {
    func dying() {
        guard !isStopping else { return }
        owner.dying(self)
    }

    func died(_ reason: WorkerExit.Reason) {
        exited(WorkerExit(pid: process.pid, reason: reason))
    }
}
