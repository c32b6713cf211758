// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Synchronization

/// Runs calls on threads of its own, which may block.
final class AsyncSlot: Slot, CallHolder {
    private let core: LocalInstance
    private let threads: WorkerThreads
    private let workers: Int
    private let idle: Mutex<Promise<Bool>?> = Mutex(nil)

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

    func start() async throws(CallError) -> PluginDescription {
        threads.start()
        do {
            return try await core.start(as: .async)
        } catch {
            threads.close()
            relay.slot.withLock { $0 = nil }
            throw error
        }
    }

    func submit(_ call: Call, method: MethodEntry, entry: CallEntry) {
        call.hold(by: self)
        let job = Admission.Job(call: call, method: method)
        let (isIn, isClosed) = threads.withAdmission { admission, idle in
            (admission.arrive(job, spare: idle), admission.isClosed)
        }
        guard isIn else {
            call.hold(by: nil)
            return call.refuse(core.refusal(isClosed: isClosed))
        }
        if !call.has(.settled) { call.watchDeadline() }
        if call.isOver { cancelled(call) }
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

    func stop(drain: Duration) async {
        threads.withAdmission { admission, _ in admission.close() }
        var isDrained = await becomesIdle(within: drain)
        if !isDrained {
            let (waiting, running) = threads.withAdmission { admission, _ in
                (admission.removeWaiting(), admission.cancellable)
            }
            for job in waiting {
                job.call.hold(by: nil)
                job.call.refuse(core.refusal(isClosed: true))
            }
            for call in running.values { call.cancel(.cutOff(call)) }
            isDrained = await becomesIdle(within: core.grace)
        }
        await core.stop(isDrained: isDrained)
        threads.close()
        relay.slot.withLock { $0 = nil }
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
        if threads.withAdmission({ admission, _ in admission.isIdle }) { idle.keep(true) }
    }

    func direct(_ method: MethodEntry) -> DirectFunction? {
        core.direct(method)
    }
}
