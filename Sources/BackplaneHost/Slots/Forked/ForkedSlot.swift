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
final class ForkedSlot: Slot {
    /// How long a worker may take to exit once it was told to.
    private static let exitLimit = Duration.seconds(1)

    struct State {
        var admission: ForkedAdmission
        /// All whose process is there, by number.
        var workers = NumberTable<ForkedWorker>()
        /// Those that serve, and the place in the slot that each fills.
        var serving: [Int: Int] = [:]
        /// One for each place.
        var policies: [RestartPolicy]
        var count = 0
        var restarts = 0
        /// Those that have an instance and no calls yet, by place.
        var made: [Int: ForkedWorker] = [:]
        /// Those that are made for the place of a worker that is dying, by that one's number.
        var prepared: [Int: Promise<ForkedWorker?>] = [:]
        /// Those that have an instance and wait for a place to be free.
        var standbys: [ForkedWorker] = []
        /// How many are being made.
        var comingStandbys = 0
        /// When to make another one after the last has died.
        var standbyPolicy: RestartPolicy
        /// Those that go as soon as their calls have ended, by number.
        var leaving: [Int: Promise<Bool>] = [:]
        /// Calls whose arguments wait for room in a worker's memory, by number.
        var roomWaits: [UInt64: RoomWait] = [:]
        /// Places that are being filled again, without a pause before it.
        var filling = 0
        var isStopping = false
        /// Why there is nobody to wait for.
        var refusal: CallError?
        var replacements: [Int: Task<Void, Never>] = [:]
        var replacementCount = 0

        /// The worker of that number, if its process is there.
        func worker(_ number: Int) -> ForkedWorker? { workers[UInt64(number)] }
    }

    let plan: SlotPlan
    /// The plan's, here for each call, for which the way through the plan is long.
    let payloadLimit: Int
    let server: ForkServer
    let template: SlotTemplate
    let state: Mutex<State>
    private let idle = IdleWatch()

    init(_ plan: SlotPlan, server: ForkServer) {
        self.plan = plan
        payloadLimit = plan.environment.payloadLimit
        self.server = server
        template = SlotTemplate(plan, server: server)
        let service = plan.service
        state = Mutex(
            State(
                admission: ForkedAdmission(
                    concurrency: service.concurrency, queueLimit: service.queue),
                policies: (0..<service.workers).map { _ in RestartPolicy(service.restart) },
                standbyPolicy: RestartPolicy(service.restart)))
    }

    var name: String { plan.service.name }

    var load: SlotLoad {
        state.withLock { state in
            SlotLoad(
                running: state.admission.running, waiting: state.admission.waiting,
                workers: state.serving.count, restarts: state.restarts,
                standbys: state.standbys.count,
                processes: state.workers.values.map(\.process.pid).sorted(),
                template: template.process)
        }
    }

    // MARK: Its life

    func create() async throws(CallError) -> PluginDescription {
        var description: PluginDescription?
        try await bringUp { place throws(CallError) in
            let (worker, opened) = try await self.makeWorker(describing: true)
            self.state.withLock { $0.made[place] = worker }
            return opened
        } results: {
            description = $0 ?? description
        }
        guard let description else {
            throw CallError(.internal, "service '\(name)' has no workers")
        }
        return description
    }

    func start() async throws(CallError) {
        try await bringUp { place throws(CallError) in
            guard let worker = self.state.withLock({ $0.made.removeValue(forKey: place) }) else {
                throw CallError(.internal, "worker \(place) of '\(self.name)' was not made")
            }
            try await self.start(worker, at: place, by: self.startLimit)
        } results: { (_: Void) in
        }
        keepStandbys()
    }

    var startLimit: Instant { Instant.now.advanced(by: plan.current.startTimeout) }

    /// Does the same for some places at once.
    func forEachPlace<Value: Sendable>(
        _ places: Range<Int>, _ body: @escaping @Sendable (Int) async throws(CallError) -> Value,
        results: (Value) -> Void
    ) async throws(CallError) {
        var failure: CallError?
        await withTaskGroup(of: Result<Value, CallError>.self) { tasks in
            for place in places {
                tasks.addTask {
                    do throws(CallError) {
                        return .success(try await body(place))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            for await result in tasks {
                switch result {
                case .success(let value): results(value)
                case .failure(let error):
                    // One that fails spares the others the rest of their way.
                    failure = failure ?? error
                    tasks.cancelAll()
                }
            }
        }
        if let failure { throw failure }
    }

    /// Does the same for all workers that come up together; a failure of one ends them all.
    private func bringUp<Value: Sendable>(
        _ body: @escaping @Sendable (Int) async throws(CallError) -> Value,
        results: (Value) -> Void
    ) async throws(CallError) {
        do throws(CallError) {
            try await forEachPlace(0..<plan.service.workers, body, results: results)
        } catch {
            await stop(drain: .zero)
            throw error
        }
    }

    func restore(_ saved: Payload) async throws(CallError) {
        guard let worker = state.withLock({ $0.made.values.first }) else { throw noWorker }
        try await worker.restore(saved, by: startLimit)
    }

    func save(as version: Int?) async throws(CallError) -> Payload {
        let worker = state.withLock { state in
            state.serving.keys.first.flatMap { state.worker($0) }
        }
        guard let worker else { throw noWorker }
        let limit = Instant.now.advanced(by: plan.current.drainTimeout)
        return try await worker.save(as: version, by: limit)
    }

    private var noWorker: CallError { .unavailable(name, because: "none of its workers is up") }

    func seal(within time: Duration) async -> Bool {
        if await becomesIdle(.seal, within: time) { return true }
        unseal()
        return false
    }

    func unseal() {
        state.withLock { $0.admission.open() }
    }

    func stop(drain: Duration) async {
        let replacements = state.withLock { state in
            state.admission.close()
            // No more replacements: what waits is served by those who are up, or not at all.
            state.isStopping = true
            return Array(state.replacements.values)
        }
        template.giveUp()
        for replacement in replacements { replacement.cancel() }
        refuseWaitingUnlessServed()
        if await !becomesIdle(.notice, within: drain) { endCalls() }
        for replacement in replacements { await replacement.value }
        let workers = state.withLock { $0.workers.values }
        await withTaskGroup { tasks in
            for worker in workers {
                tasks.addTask { await self.retire(worker) }
            }
        }
        // After its workers: where nobody adopts orphans they would go with it.
        template.close()
    }

    private func becomesIdle(_ purpose: IdleWatch.Purpose, within time: Duration) async -> Bool {
        await idle.wait(purpose, within: time, in: plan.environment.deadlines) { isIdle(for: $0) }
    }

    func noteIdle() {
        idle.note { isIdle(for: $0) }
    }

    private func isIdle(for purpose: IdleWatch.Purpose) -> Bool {
        state.withLock { $0.admission.isIdle(for: purpose) }
    }

    private func endCalls() {
        let error = CallError.unavailable(name, because: "it is being stopped")
        for call in takeWaiting() { call.refuse(error) }
        for worker in state.withLock({ $0.workers.values }) {
            for call in worker.runningCalls { call.cancel(.cutOff(call)) }
        }
    }

    /// Stops the instance and ends the process, by force if it must be.
    func retire(_ worker: ForkedWorker) async {
        worker.expectEnd()
        if state.withLock({ $0.serving[worker.context.worker] != nil }) {
            let limit = Instant.now.advanced(by: plan.current.drainTimeout)
            do throws(CallError) {
                _ = try await worker.step("stop", by: limit, Frame(.stop))
            } catch {
                worker.context.log(.warning, "stop failed", [LogKey.error: error.message])
            }
        }
        worker.send(Frame(.exit))
        let ended = Promise(
            by: Instant.now.advanced(by: Self.exitLimit), else: false,
            in: plan.environment.deadlines)
        worker.process.onExit { _ in ended.keep(true) }
        if await !ended.value { worker.kill(because: "it did not end when told to") }
        _ = await worker.process.waitForExit()
    }

    func health(within limit: Duration) async -> [InstanceHealth] {
        let workers = state.withLock { state in
            state.serving.keys.sorted().compactMap { state.worker($0) }
        }
        let until = Instant.now.advanced(by: limit)
        return await withTaskGroup(of: (Int, InstanceHealth).self) { tasks in
            for (index, worker) in workers.enumerated() {
                tasks.addTask { (index, await worker.health(by: until)) }
            }
            return await tasks.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
