// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Synchronization

/// Runs calls on threads of its own, which may block.
final class AsyncSlot: Slot, CallHolder {
    private let core: LocalInstance
    private let threads: WorkerThreads
    private let workers: Int
    private let idle = IdleWatch()

    init(_ plan: SlotPlan) {
        let service = plan.service
        workers = service.workers
        let relay = Relay()
        threads = WorkerThreads(
            service.name, count: service.workers,
            admission: Admission(concurrency: service.concurrency, queueLimit: service.queue)
        ) { relay.slot.withLock { $0 }?.run($0) }
        core = LocalInstance(plan, threads: threads)
        self.relay = relay
        relay.slot.withLock { $0 = self }
    }

    /// Lets the threads, which are made first, find the slot.
    private final class Relay: Sendable {
        let slot = Mutex<AsyncSlot?>(nil)
    }

    private let relay: Relay

    var load: SlotLoad {
        threads.withAdmission { admission, _ in
            SlotLoad(
                running: admission.running, waiting: admission.waiting.count, workers: workers)
        }
    }

    // MARK: Its life

    func create() async throws(CallError) -> PluginDescription {
        threads.start()
        do {
            return try await core.create(as: .async)
        } catch {
            close()
            throw error
        }
    }

    func restore(_ state: Payload) async throws(CallError) { try await core.restore(state) }

    func start() async throws(CallError) {
        do {
            try await core.start()
        } catch {
            close()
            throw error
        }
    }

    func save(as version: Int?) async throws(CallError) -> Payload {
        try await core.save(as: version)
    }

    func seal(within time: Duration) async -> Bool {
        if await becomesIdle(.seal, within: time) { return true }
        unseal()
        return false
    }

    func unseal() {
        threads.withAdmission { admission, _ in admission.open() }
    }

    func stop(drain: Duration) async {
        threads.withAdmission { admission, _ in admission.close() }
        var isDrained = await becomesIdle(.notice, within: drain)
        if !isDrained {
            let running = threads.withAdmission { admission, _ in admission.cancellable }
            for call in takeWaiting() { call.refuse(core.refusal(isClosed: true)) }
            for call in running.values { call.cancel(.cutOff(call)) }
            isDrained = await becomesIdle(.notice, within: core.grace)
        }
        await core.stop(isDrained: isDrained)
        close()
    }

    private func close() {
        threads.close()
        relay.slot.withLock { $0 = nil }
    }

    private func becomesIdle(_ purpose: IdleWatch.Purpose, within time: Duration) async -> Bool {
        await idle.wait(purpose, within: time, in: core.environment.deadlines) { isIdle(for: $0) }
    }

    private func noteIdle() {
        idle.note { isIdle(for: $0) }
    }

    private func isIdle(for purpose: IdleWatch.Purpose) -> Bool {
        threads.withAdmission { admission, _ in admission.isIdle(for: purpose) }
    }

    // MARK: Calls

    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) -> Bool {
        call.hold(by: self)
        let job = Admission.Job(call: call, method: method)
        let (isIn, isClosed) = threads.withAdmission { admission, idle in
            (admission.arrive(job, spare: idle), admission.isClosed)
        }
        guard isIn else {
            call.hold(by: nil)
            if !isClosed { call.refuse(core.refusal(isClosed: false)) }
            return !isClosed
        }
        if !call.has(.settled) { call.watchDeadline() }
        if call.isOver { cancelled(call) }
        return true
    }

    func takeWaiting() -> [Call] {
        let calls = threads.withAdmission { admission, _ in admission.removeWaiting() }.map(\.call)
        for call in calls { call.hold(by: nil) }
        return calls
    }

    private func run(_ job: Admission.Job) {
        guard job.call.isWanted else { return job.call.expireUnrun() }
        core.instance?.invoke(job.call, method: job.method)
    }

    func cancelled(_ call: Call) {
        let isWaiting = threads.withAdmission { admission, _ in admission.withdraw(call) != nil }
        if isWaiting {
            call.hold(by: nil)
            call.settle()
            return noteIdle()
        }
        if call.has(.started) { core.instance?.cancel(call) }
        if call.deadline <= .now { threads.writeOff(call) }
    }

    func settled(_ call: Call) {
        threads.withAdmission { admission, _ in admission.settle(call) }
        noteIdle()
    }

    func health(within limit: Duration) async -> [InstanceHealth] {
        await core.health(within: limit)
    }

    func direct(_ method: MethodEntry) -> DirectFunction? {
        core.direct(method)
    }
}
