// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Synchronization

/// Runs calls on the thread they come on, until they suspend.
///
/// Callers whose thread belongs to the host come in on elastic threads, and so does what suspended
/// methods resume. Only `concurrency` makes a call wait.
final class InProcessSlot: Slot, CallHolder {
    private let core: LocalInstance
    private let threads: ElasticThreads
    private let admission: Mutex<Admission>
    private let idle = IdleWatch()

    init(_ plan: SlotPlan) {
        threads = plan.threads
        admission = Mutex(
            Admission(concurrency: plan.service.concurrency, queueLimit: plan.service.queue))
        core = LocalInstance(plan, threads: plan.threads)
    }

    var load: SlotLoad {
        admission.withLock { SlotLoad(running: $0.running, waiting: $0.waiting.count) }
    }

    // MARK: Its life

    func create() async throws(CallError) -> PluginDescription {
        try await core.create(as: .inProcess)
    }

    func restore(_ state: Payload) async throws(CallError) { try await core.restore(state) }
    func start() async throws(CallError) { try await core.start() }

    func save(as version: Int?) async throws(CallError) -> Payload {
        try await core.save(as: version)
    }

    func seal(within time: Duration) async -> Bool {
        if await becomesIdle(.seal, within: time) { return true }
        unseal()
        return false
    }

    func unseal() {
        admission.withLock { $0.open() }
    }

    func stop(drain: Duration) async {
        admission.withLock { $0.close() }
        var isDrained = await becomesIdle(.notice, within: drain)
        if !isDrained {
            let running = admission.withLock { $0.cancellable }
            for call in takeWaiting() { call.refuse(core.refusal(isClosed: true)) }
            for call in running.values { call.cancel(.cutOff(call)) }
            isDrained = await becomesIdle(.notice, within: core.grace)
        }
        await core.stop(isDrained: isDrained)
    }

    private func becomesIdle(_ purpose: IdleWatch.Purpose, within time: Duration) async -> Bool {
        admission.withLock { $0.isWatched = true }
        let isIdle = await idle.wait(purpose, within: time, in: core.environment.deadlines) {
            purpose in admission.withLock { $0.isIdle(for: purpose) }
        }
        admission.withLock { $0.isWatched = false }
        return isIdle
    }

    private func noteIdle() {
        idle.note { purpose in admission.withLock { $0.isIdle(for: purpose) } }
    }

    // MARK: Calls

    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) -> Bool {
        enum Decision { case run, wait, full, closed }
        // First, so that who is let in or out meanwhile finds it said.
        call.hold(by: self)
        let job = Admission.Job(call: call, method: method)
        let decision = admission.withLock { admission -> Decision in
            if admission.pass() { return .run }
            if admission.arrive(job, spare: 0) { return .wait }
            return admission.isClosed ? .closed : .full
        }
        switch decision {
        case .run: begin(job, entry: entry)
        case .wait:
            call.watchDeadline()
            if call.isOver { cancelled(call) }
        case .full:
            call.hold(by: nil)
            call.refuse(core.refusal(isClosed: false))
        case .closed:
            call.hold(by: nil)
            return false
        }
        return true
    }

    func takeWaiting() -> [Call] {
        let calls = admission.withLock { $0.removeWaiting() }.map(\.call)
        for call in calls { call.hold(by: nil) }
        return calls
    }

    private func begin(_ job: Admission.Job, entry: CallEntry) {
        switch entry {
        case .inline:
            guard !job.call.isOver else {
                job.call.settle()
                return
            }
            job.call.markInline()
            core.instance?.invoke(job.call, method: job.method)
            // Nobody can end it while it has the caller's thread; from here on its deadline does.
            guard !job.call.has(.settled) else { return }
            admission.withLock { $0.track(job.call) }
            job.call.watchDeadline()
        case .elsewhere:
            admission.withLock { $0.track(job.call) }
            job.call.watchDeadline()
            threads.run(.closure { self.run(job) })
        }
    }

    private func run(_ job: Admission.Job) {
        guard job.call.isWanted else { return job.call.expireUnrun() }
        core.instance?.invoke(job.call, method: job.method)
    }

    func cancelled(_ call: Call) {
        let isWaiting = admission.withLock { $0.withdraw(call) != nil }
        if isWaiting {
            call.hold(by: nil)
            call.settle()
            noteIdle()
        } else if call.has(.started) {
            core.instance?.cancel(call)
        }
    }

    func settled(_ call: Call) {
        let (next, isWatched) = admission.withLock { admission -> (Admission.Job?, Bool) in
            admission.settle(call)
            return (admission.next(), admission.isWatched)
        }
        if let next { begin(next, entry: .elsewhere) }
        if isWatched { noteIdle() }
    }

    func health(within limit: Duration) async -> [InstanceHealth] {
        await core.health(within: limit)
    }

    func direct(_ method: MethodEntry) -> DirectFunction? {
        core.direct(method)
    }
}
