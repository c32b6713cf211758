// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule

/// The threads of an async slot: so many, plus replacements for those that hang.
///
/// What running calls resume comes before new calls, so that what has begun ends first. A thread
/// whose call has passed its deadline is written off: another takes its place, up to a limit, and
/// it ends when its call does.
final class WorkerThreads: JobThreads {
    private struct State {
        var admission: Admission
        var resumptions = Deque<SlotJob>()
        var busy: [Int: Call] = [:]
        var writtenOff: Set<Int> = []
        var idle = 0
        var started = 0
        var isClosed = false
    }

    private let name: String
    private let count: Int
    private let monitor: Monitor<State>

    /// Runs a call: the slot's.
    private let body: @Sendable (Admission.Job) -> Void

    /// Makes threads that serve `admission`; they start with `start`.
    init(
        _ name: String, count: Int, admission: Admission,
        body: @escaping @Sendable (Admission.Job) -> Void
    ) {
        self.name = name
        self.count = count
        monitor = Monitor(State(admission: admission))
        self.body = body
    }

    func start() {
        for _ in 0..<count { startThread() }
    }

    func run(_ job: SlotJob) {
        let isTaken = monitor.withLock { state in
            guard !state.isClosed else { return false }
            state.resumptions.append(job)
            return true
        }
        if isTaken {
            monitor.notify()
        } else {
            // Tasks that a stopped plugin left behind still get a thread: they must be able to end.
            Threads.start(name) { job.run() }
        }
    }

    /// Looks at the calls under the lock and wakes threads for what changed.
    func withAdmission<Result>(_ body: (inout Admission, _ idle: Int) -> Result) -> Result {
        let (result, hasWork) = monitor.withLock { state in
            let result = body(&state.admission, state.idle)
            return (result, !state.admission.waiting.isEmpty && state.admission.hasRoom)
        }
        if hasWork { monitor.notify() }
        return result
    }

    /// Replaces the thread that is stuck in `call`, if there is one.
    func writeOff(_ call: Call) {
        let isReplaced = monitor.withLock { state in
            let stuck = state.busy.first { $0.value === call }?.key
            guard let stuck, state.writtenOff.count < count * 4 else { return false }
            return state.writtenOff.insert(stuck).inserted
        }
        if isReplaced { startThread() }
    }

    /// How many threads are stuck.
    var writtenOffCount: Int { monitor.withLock { $0.writtenOff.count } }

    /// Lets the threads go once there is nothing left to do.
    func close() {
        monitor.withLock { $0.isClosed = true }
        monitor.notify(all: true)
    }

    private func startThread() {
        let number = monitor.withLock { state in
            state.started += 1
            return state.started
        }
        Threads.start("\(name)#\(number)") { self.work(number) }
    }

    private enum Work {
        case job(SlotJob)
        case call(Admission.Job)
    }

    private func work(_ number: Int) {
        while let work = next(number) {
            switch work {
            case .job(let job): job.run()
            case .call(let job): body(job)
            }
            let isReplaced = monitor.withLock { state in
                state.busy[number] = nil
                return state.writtenOff.remove(number) != nil
            }
            if isReplaced { return }
        }
    }

    private func next(_ number: Int) -> Work? {
        var isIdle = false
        return monitor.wait { state in
            if isIdle { state.idle -= 1 }
            if let job = state.resumptions.popFirst() { return .done(.job(job)) }
            if let job = state.admission.next() {
                state.busy[number] = job.call
                return .done(.call(job))
            }
            if state.isClosed { return .done(nil) }
            state.idle += 1
            isIdle = true
            return .wait(until: .never)
        }
    }
}
