// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// Runs calls in worker processes.
///
/// A worker that dies costs the calls that were in it; another takes its place as the restart policy
/// says, with a number of its own. While none is up for the moment, calls wait; once the slot backs
/// off, they are `unavailable`.
final class ForkedSlot: Slot, CallHolder {
    /// How long a worker may take to exit once it was told to.
    private static let exitLimit = Duration.seconds(1)

    struct State {
        var admission: ForkedAdmission
        /// All whose process is there, by number.
        var workers: [Int: ForkedWorker] = [:]
        /// Those that serve, and the place in the slot that each fills.
        var serving: [Int: Int] = [:]
        /// One for each place.
        var policies: [RestartPolicy]
        var count = 0
        var restarts = 0
        /// Places that are being filled again, without a pause before it.
        var filling = 0
        var isStopping = false
        /// Why there is nobody to wait for.
        var refusal: CallError?
        var replacements: [Int: Task<Void, Never>] = [:]
        var replacementCount = 0
        var idle: Promise<Bool>?
    }

    let plan: SlotPlan
    private let server: ForkServer
    let state: Mutex<State>

    init(_ plan: SlotPlan, server: ForkServer) {
        self.plan = plan
        self.server = server
        let service = plan.service
        state = Mutex(
            State(
                admission: ForkedAdmission(
                    concurrency: service.concurrency, queueLimit: service.queue),
                policies: (0..<service.workers).map { _ in RestartPolicy(service.restart) }))
    }

    var name: String { plan.service.name }

    var load: SlotLoad {
        state.withLock { state in
            SlotLoad(
                running: state.admission.running, waiting: state.admission.waiting,
                workers: state.serving.count, restarts: state.restarts,
                processes: state.workers.values.map(\.process.pid).sorted())
        }
    }

    // MARK: Its life

    func start() async throws(CallError) -> PluginDescription {
        let results = await withTaskGroup(of: Result<PluginDescription, CallError>.self) { tasks in
            for place in 0..<plan.service.workers {
                tasks.addTask { await self.launchResult(at: place) }
            }
            var results: [Result<PluginDescription, CallError>] = []
            for await result in tasks {
                results.append(result)
                // One that fails spares the others the rest of their way.
                if case .failure = result { tasks.cancelAll() }
            }
            return results
        }
        let failure = results.lazy.compactMap { result -> CallError? in
            if case .failure(let error) = result { error } else { nil }
        }.first
        if let failure {
            await stop(drain: .zero)
            throw failure
        }
        guard let first = results.first else {
            throw CallError(.internal, "service '\(name)' has no workers")
        }
        return try first.get()
    }

    private func launchResult(at place: Int) async -> Result<PluginDescription, CallError> {
        do throws(CallError) {
            return .success(try await launch(at: place))
        } catch {
            return .failure(error)
        }
    }

    /// Makes a worker, brings it up, lets calls in.
    ///
    /// - Throws: The error of the step that failed; nothing of the worker is left then.
    func launch(at place: Int) async throws(CallError) -> PluginDescription {
        let deadline = Instant.now.advanced(by: plan.service.startTimeout)
        let worker = try await makeWorker()
        do throws(CallError) {
            let description = try await worker.open(plan, by: deadline)
            try await worker.create(plan, by: deadline)
            try await worker.start(by: deadline)
            let isWanted = state.withLock { state in
                guard !state.isStopping, state.workers[worker.context.worker] != nil else {
                    return false
                }
                state.serving[worker.context.worker] = place
                state.admission.add(worker: worker.context.worker)
                state.policies[place].started(at: .now)
                state.refusal = nil
                return true
            }
            guard isWanted else {
                throw .unavailable(name, because: "it is being stopped, or has just crashed")
            }
            pump()
            return description
        } catch {
            worker.expectEnd()
            worker.kill(because: "it did not come up: \(error.message)")
            _ = await worker.process.waitForExit()
            throw error
        }
    }

    private func makeWorker() async throws(CallError) -> ForkedWorker {
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let context = plan.context(worker: number)
        let worker = try await ForkedWorker.make(plan, context, by: server, for: self)
        state.withLock { $0.workers[number] = worker }
        worker.readOutput(by: server)
        guard worker.begin() else {
            throw .unavailable(name, because: "there is no thread left to listen to its worker")
        }
        return worker
    }

    func stop(drain: Duration) async {
        let drained = Promise(
            by: Instant.now.advanced(by: drain), else: false, in: plan.environment.deadlines)
        let replacements = state.withLock { state in
            state.idle = drained
            state.admission.close()
            // No more replacements: what waits is served by those who are up, or not at all.
            state.isStopping = true
            return Array(state.replacements.values)
        }
        for replacement in replacements { replacement.cancel() }
        refuseWaitingUnlessServed()
        noteIdle()
        let isDrained = await drained.value
        if !isDrained { endCalls() }
        for replacement in replacements { await replacement.value }
        let workers = state.withLock { Array($0.workers.values) }
        await withTaskGroup { tasks in
            for worker in workers {
                tasks.addTask { await self.retire(worker) }
            }
        }
    }

    private func endCalls() {
        let error = CallError.unavailable(name, because: "it is being stopped")
        for job in state.withLock({ $0.admission.removeWaiting() }) {
            job.call.hold(by: nil)
            job.call.refuse(error)
        }
        for worker in state.withLock({ Array($0.workers.values) }) {
            for call in worker.runningCalls { call.cancel(.cutOff(call)) }
        }
    }

    /// Stops the instance and ends the process, by force if it must be.
    private func retire(_ worker: ForkedWorker) async {
        worker.expectEnd()
        let limit = Instant.now.advanced(by: plan.service.drainTimeout)
        do throws(CallError) {
            _ = try await worker.step("stop", by: limit, Frame(.stop))
        } catch {
            worker.context.log(.warning, "stop failed", [LogKey.error: error.message])
        }
        worker.send(Frame(.exit))
        let ended = Promise(
            by: Instant.now.advanced(by: Self.exitLimit), else: false,
            in: plan.environment.deadlines)
        worker.process.onExit { _ in ended.keep(true) }
        if await !ended.value { worker.kill(because: "it did not end when told to") }
        _ = await worker.process.waitForExit()
    }

    // MARK: Calls

    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) {
        call.hold(by: self)
        let job = Admission.Job(call: call, method: method)
        let (decision, refusal) = state.withLock { state in
            if let refusal = state.refusal { return (ForkedAdmission.Decision.refuse, refusal) }
            let refusal =
                state.admission.isClosed
                ? CallError.unavailable(name, because: "it is being stopped")
                : .overloaded(name, queue: plan.service.queue)
            return (state.admission.arrive(job), refusal)
        }
        switch decision {
        case .refuse:
            call.hold(by: nil)
            return call.refuse(refusal)
        case .wait: break
        case .run(let worker): hand(job, to: worker)
        }
        if !call.has(.settled) { call.watchDeadline() }
        if call.isOver { cancelled(call) }
    }

    private func hand(_ job: Admission.Job, to number: Int) {
        guard job.call.isWanted else { return job.call.expireUnrun() }
        let worker = state.withLock { $0.workers[number] }
        if worker?.run(job) == true { return }
        state.withLock { state in
            state.admission.remove(worker: number)
            state.admission.putBack(job)
        }
        pump()
    }

    private func pump() {
        while let (job, worker) = state.withLock({ $0.admission.next() }) { hand(job, to: worker) }
    }

    func cancelled(_ call: Call) {
        enum Place { case waiting, worker(ForkedWorker), nowhere }
        let place: Place = state.withLock { state in
            if state.admission.withdraw(call) { return .waiting }
            guard let number = state.admission.worker(of: call.number),
                let worker = state.workers[number]
            else { return .nowhere }
            return .worker(worker)
        }
        switch place {
        case .nowhere: break
        case .waiting:
            call.hold(by: nil)
            call.settle()
            noteIdle()
        case .worker(let worker):
            worker.cancel(call)
            plan.environment.deadlines.watch(
                OverrunWatch(call, in: worker, limit: plan.service.killAfter))
        }
    }

    func settled(_ call: Call) {
        state.withLock { $0.admission.settle(call.number) }
        pump()
        noteIdle()
    }

    func noteIdle() {
        let idle = state.withLock { state in state.admission.isIdle ? state.idle : nil }
        idle?.keep(true)
    }

    func direct(_ method: MethodEntry) -> DirectFunction? { nil }
}
