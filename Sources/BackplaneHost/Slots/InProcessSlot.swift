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
    private let idle: Mutex<Promise<Bool>?> = Mutex(nil)

    init(_ plan: SlotPlan) {
        threads = plan.threads
        admission = Mutex(
            Admission(concurrency: plan.service.concurrency, queueLimit: plan.service.queue))
        core = LocalInstance(plan, threads: plan.threads)
    }

    var load: SlotLoad {
        admission.withLock { SlotLoad(running: $0.running, waiting: $0.waiting.count) }
    }

    func start() async throws(CallError) -> PluginDescription {
        try await core.start(as: .inProcess)
    }

    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) {
        enum Decision { case run, wait, refuse(closed: Bool) }
        // First, so that who is let in or out meanwhile finds it said.
        call.hold(by: self)
        let job = Admission.Job(call: call, method: method)
        let decision = admission.withLock { admission -> Decision in
            if admission.pass() { return .run }
            if admission.arrive(job, spare: 0) { return .wait }
            return .refuse(closed: admission.isClosed)
        }
        switch decision {
        case .run: begin(job, entry: entry)
        case .wait:
            call.watchDeadline()
            if call.isOver { cancelled(call) }
        case .refuse(let isClosed):
            call.hold(by: nil)
            call.refuse(core.refusal(isClosed: isClosed))
        }
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
        let (next, isStopping) = admission.withLock { admission -> (Admission.Job?, Bool) in
            admission.settle(call)
            return (admission.next(), admission.isClosed)
        }
        if let next { begin(next, entry: .elsewhere) }
        if isStopping { noteIdle() }
    }

    func stop(drain: Duration) async {
        admission.withLock { $0.close() }
        var isDrained = await becomesIdle(within: drain)
        if !isDrained {
            let (waiting, running) = admission.withLock { ($0.removeWaiting(), $0.cancellable) }
            for job in waiting {
                job.call.hold(by: nil)
                job.call.refuse(core.refusal(isClosed: true))
            }
            for call in running.values { call.cancel(.cutOff(call)) }
            isDrained = await becomesIdle(within: core.grace)
        }
        await core.stop(isDrained: isDrained)
    }

    private func becomesIdle(within time: Duration) async -> Bool {
        let drained = Promise(
            by: Instant.now.advanced(by: time), else: false, in: core.environment.deadlines)
        idle.withLock { $0 = drained }
        noteIdle()
        return await drained.value
    }

    private func noteIdle() {
        guard let idle = idle.withLock({ $0 }) else { return }
        if admission.withLock({ $0.isIdle }) { idle.keep(true) }
    }

    func direct(_ method: MethodEntry) -> DirectFunction? {
        core.direct(method)
    }
}
