// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// The threads of an async slot: so many, plus replacements for those that hang.
///
/// What running calls resume comes before new calls, so that what has begun ends first. A thread
/// whose call has passed its deadline is written off: another takes its place, up to a limit, and
/// it ends when its call does.
final class WorkerThreads: JobThreads {
    private final class State {
        var resumptions = Deque<SlotJob>()
        var busy: [Int: Call] = [:]
        var writtenOff: Set<Int> = []
        var idle = 0
        var started = 0
        var isClosed = false
    }

    private let name: String
    private let count: Int
    private let monitor = Monitor()
    // SAFETY: both only touched with the monitor held.
    private nonisolated(unsafe) let state = State()
    private nonisolated(unsafe) var admission: Admission

    /// Runs a call: the slot's.
    private let body: @Sendable (Admission.Job) -> Void

    /// Makes threads that serve `admission`; they start with `start`.
    init(
        _ name: String, count: Int, admission: Admission,
        body: @escaping @Sendable (Admission.Job) -> Void
    ) {
        self.name = name
        self.count = count
        unsafe self.admission = admission
        self.body = body
    }

    func start() {
        for _ in 0..<count { startThread() }
    }

    func run(_ job: SlotJob) {
        let isTaken = monitor.withLock { () -> Bool in
            guard unsafe !state.isClosed else { return false }
            unsafe state.resumptions.append(job)
            monitor.signal()
            return true
        }
        // Tasks that a stopped plugin left behind still get a thread: they must be able to end.
        if !isTaken { Threads.start(name) { job.run() } }
    }

    /// Looks at the calls under the lock and wakes threads for what changed.
    func withAdmission<Result>(_ body: (inout Admission, _ idle: Int) -> Result) -> Result {
        monitor.withLock {
            let result = unsafe body(&admission, state.idle)
            if unsafe !admission.waiting.isEmpty && admission.hasRoom { monitor.signal() }
            return result
        }
    }

    /// Replaces the thread that is stuck in `call`, if there is one.
    func writeOff(_ call: Call) {
        let isReplaced = monitor.withLock { () -> Bool in
            let stuck = unsafe state.busy.first { $0.value === call }?.key
            guard let stuck, unsafe state.writtenOff.count < count * 4 else { return false }
            return unsafe state.writtenOff.insert(stuck).inserted
        }
        if isReplaced { startThread() }
    }

    /// How many threads are stuck.
    var writtenOffCount: Int { monitor.withLock { unsafe state.writtenOff.count } }

    /// Lets the threads go once there is nothing left to do.
    func close() {
        monitor.withLock {
            unsafe state.isClosed = true
            monitor.broadcast()
        }
    }

    private func startThread() {
        let number = monitor.withLock {
            unsafe state.started += 1
            return unsafe state.started
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
            let isReplaced = monitor.withLock { () -> Bool in
                unsafe state.busy[number] = nil
                return unsafe state.writtenOff.remove(number) != nil
            }
            if isReplaced { return }
        }
    }

    private func next(_ number: Int) -> Work? {
        monitor.withLock {
            while true {
                if let job = unsafe state.resumptions.popFirst() { return .job(job) }
                if let job = unsafe admission.next() {
                    unsafe state.busy[number] = job.call
                    return .call(job)
                }
                if unsafe state.isClosed { return nil }
                unsafe state.idle += 1
                monitor.wait(until: .never)
                unsafe state.idle -= 1
            }
        }
    }
}
