// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Synchronization

/// Tries a candidate generation out in a process that may die, before anything live is touched.
///
/// The process is a worker such as the service would get if it were forked, environment and limits
/// included; the instance is told the service's real slot and configuration. `start` is never run,
/// so that it takes no port and no lock; what it asks of others is refused and counted; what it logs
/// goes to the service's log at level debug, as of `echo/3#rehearsal`.
final class Rehearsal: Sendable {
    /// Opening a library takes milliseconds: one that takes longer than this hangs.
    static let openLimit = Duration.seconds(30)

    private struct State {
        var worker: ForkedWorker?
        /// Whether there is an instance that could take up a state.
        var hasInstance = false
        var hasEnded = false
    }

    private let plan: SlotPlan
    private let server: ForkServer
    private let calls: RehearsedCalls
    private let refusal: RehearsalRefusal
    private let lastWords = LastWords()
    private let state = Mutex(State())

    /// Makes a rehearsal of a plan; its functions and its surroundings' news are left alone.
    init(_ plan: SlotPlan, server: ForkServer) {
        self.plan = plan
        self.server = server
        calls = RehearsedCalls(of: plan.service.name)
        refusal = RehearsalRefusal(
            service: plan.service.name, original: plan.plugin.original, copy: plan.plugin.path)
    }

    deinit {
        state.withLock { $0.worker }?.kill(because: "nobody holds its rehearsal any more")
    }

    /// Opens the plugin and, unless only that is wanted, makes an instance and has it test itself.
    ///
    /// Making an instance and its self-test may each take the service's start-timeout, opening at
    /// most `openLimit` of that; the time of a step begins when the process is told of it. The process
    /// stays for `check(state:)` until `end()`.
    ///
    /// - Throws: Why the plugin is refused, in words; nothing of the rehearsal is left then.
    func run() async throws(CallError) -> RehearsalReport {
        do throws(CallError) {
            return try await rehearse()
        } catch {
            await end()
            throw error
        }
    }

    private func rehearse() async throws(CallError) -> RehearsalReport {
        let worker = try await makeWorker()
        var description: PluginDescription?
        let limit = min(plan.service.startTimeout, Self.openLimit)
        let failure = await attempt(worker, within: limit) { deadline throws(CallError) in
            description = try await worker.open(self.plan, by: deadline)
        }
        if let failure { throw refuse(.open, failure) }
        guard let description else {
            throw CallError(.internal, "\(plan.plugin.original) was opened without a description")
        }
        if let error = StateCompatibility.placement(of: description, in: plan.service) {
            throw error
        }
        guard plan.service.rehearse == .create else {
            return RehearsalReport(description: description, isConclusive: true)
        }
        let remark = try await tryInstance(worker)
        return RehearsalReport(
            description: description, isConclusive: remark == nil, remark: remark)
    }

    /// Makes the instance and has it test itself.
    ///
    /// - Returns: Words for what went wrong without refusing the plugin.
    private func tryInstance(_ worker: ForkedWorker) async throws(CallError) -> String? {
        let limit = plan.service.startTimeout
        let made = await attempt(worker, within: limit) { deadline throws(CallError) in
            try await worker.create(self.plan, by: deadline)
        }
        if let made { return try excuse(.create, made) }
        state.withLock { $0.hasInstance = true }
        let tested = await attempt(worker, within: limit) { deadline throws(CallError) in
            try await worker.selfTest(by: deadline)
        }
        guard let tested else { return nil }
        state.withLock { $0.hasInstance = worker.exit == nil }
        return try excuse(.selfTest, tested)
    }

    /// Has the rehearsed instance take up the state that the running generation saved.
    ///
    /// Where there is no instance (`rehearse: open`, an inconclusive `init`) nothing can be said, and
    /// nothing is.
    ///
    /// - Parameter limit: How long it may take; the service's start-timeout if nothing is said.
    /// - Throws: Why the state can't be taken up, in words. The rehearsal is the caller's to end.
    func check(state saved: Payload, within limit: Duration? = nil) async throws(CallError) {
        let (worker, hasInstance) = state.withLock { ($0.worker, $0.hasInstance) }
        guard let worker, hasInstance else { return }
        let failure = await attempt(worker, within: limit ?? plan.service.startTimeout) {
            deadline throws(CallError) in
            try await worker.restore(saved, by: deadline)
        }
        if let failure { throw refuse(.restore, failure) }
    }

    /// Ends the process and waits until it has; a second time does nothing.
    func end() async {
        let worker = state.withLock { state in
            state.hasEnded = true
            return state.worker.take()
        }
        guard let worker else { return }
        worker.kill(because: "its rehearsal is over")
        _ = await worker.process.waitForExit()
        worker.context.close()
    }

    private func makeWorker() async throws(CallError) -> ForkedWorker {
        let context = InstanceContext(
            service: plan.service, generation: plan.generation, worker: 1,
            directory: plan.plugin.directory,
            functions: ProvidedFunctions { _ in MethodStatistics() },
            surroundings: plan.surroundings, rehearsed: calls)
        let worker = try await ForkedWorker.make(
            plan, context, by: server, for: RehearsalWorkerOwner())
        // However it ends: who rehearses says so.
        worker.expectEnd()
        let isWanted = state.withLock { state in
            if !state.hasEnded { state.worker = worker }
            return !state.hasEnded
        }
        worker.readOutput(by: server, words: lastWords)
        guard worker.begin() else {
            throw .unavailable(
                plan.service.name,
                because: "there is no thread left to listen to its rehearsal")
        }
        guard isWanted else {
            worker.kill(because: "its rehearsal is over")
            _ = await worker.process.waitForExit()
            throw refuse(.open, .givenUp)
        }
        return worker
    }

    // MARK: What a failure means

    /// Takes a step with its time, and tells how it failed if it did.
    private func attempt(
        _ worker: ForkedWorker, within limit: Duration,
        _ step: (Instant) async throws(CallError) -> Void
    ) async -> RehearsalFailure? {
        let deadline = Instant.now.advanced(by: limit)
        do throws(CallError) {
            try await step(deadline)
            return nil
        } catch {
            if Task.isCancelled || state.withLock({ $0.hasEnded }) { return .givenUp }
            if let exit = worker.exit {
                return .ended(
                    worker.rehearsalEnd(exit),
                    said: await lastWords.line(in: plan.environment.deadlines))
            }
            let isLate = error.code == .deadlineExceeded && deadline.hasPassed
            return isLate ? .late(limit) : .refused(error)
        }
    }

    private func refuse(_ step: RehearsalStep, _ failure: RehearsalFailure) -> CallError {
        refusal.error(failure, in: step)
    }

    /// Words for a failure that does not refuse the plugin, because it had been refused something
    /// itself.
    ///
    /// A crash does refuse one that would run in the host's process, and take it along.
    private func excuse(
        _ step: RehearsalStep, _ failure: RehearsalFailure
    ) throws(CallError) -> String {
        let error = refuse(step, failure)
        let count = calls.count
        guard count > 0 else { throw error }
        switch failure {
        case .givenUp: throw error
        case .ended where plan.service.slot != .forked: throw error
        case .ended, .late, .refused: break
        }
        return "`\(step.rawValue)` made \(count) call\(count == 1 ? "" : "s"), which a rehearsal "
            + "refuses, and failed: \(error.message)"
    }
}

extension ForkedWorker {
    /// How its end is told of a rehearsal.
    fileprivate func rehearsalEnd(_ exit: WorkerExit) -> String {
        if let reason = state.withLock({ $0.reason }) { return "was ended because \(reason)" }
        return switch exit.reason {
        case .exited(let status): "exited with status \(status)"
        case .signaled(let number):
            "crashed with signal \(number) (\(WorkerEnd.name(of: number)))"
        case .unknown: "ended, nobody knows how,"
        }
    }
}
