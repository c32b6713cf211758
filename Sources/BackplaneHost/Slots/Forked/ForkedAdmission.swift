// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import DequeModule

/// Decides which worker of a forked slot runs a call, and which calls wait.
///
/// Pure: no clock, no lock, no process. A worker runs one synchronous call at a time and any number
/// of asynchronous ones, or `concurrency` calls of whatever kind.
struct ForkedAdmission {
    typealias Job = Admission.Job

    /// What became of a call that arrived.
    enum Decision: Equatable {
        case run(worker: Int)
        case wait
        case refuse
    }

    private struct Worker {
        var running = 0
        var synchronous = 0
    }

    private struct Place {
        var worker: Int
        var isSynchronous: Bool
    }

    private let concurrency: Int?
    private let queueLimit: Int
    /// Those that take calls, by their number.
    private var workers: [Int: Worker] = [:]
    /// Where each running call is, by the call's number.
    private var places: [UInt64: Place] = [:]
    private(set) var waiting = Deque<Job>()
    private(set) var isClosed = false

    init(concurrency: Int?, queueLimit: Int) {
        self.concurrency = concurrency
        self.queueLimit = queueLimit
    }

    var running: Int { places.count }
    var isIdle: Bool { places.isEmpty && waiting.isEmpty }

    mutating func add(worker: Int) {
        workers[worker] = Worker()
    }

    /// A worker takes no more calls; those in it keep their places until they settle.
    mutating func remove(worker: Int) {
        workers[worker] = nil
    }

    /// Takes a call in.
    mutating func arrive(_ job: Job) -> Decision {
        guard !isClosed else { return .refuse }
        if let worker = place(job) { return .run(worker: worker) }
        guard waiting.count < queueLimit else { return .refuse }
        waiting.append(job)
        return .wait
    }

    /// Takes out the next waiting call that there is room for.
    ///
    /// Calls of one kind run in the order in which they came; one that finds room passes another
    /// kind that finds none.
    mutating func next() -> (job: Job, worker: Int)? {
        var hasTriedSynchronous = false
        for (index, job) in waiting.enumerated() {
            if job.method.runsSynchronously {
                // Without room for the first of them there is none for the others: no need to look.
                if hasTriedSynchronous { continue }
                hasTriedSynchronous = true
            }
            if let worker = place(job) {
                waiting.remove(at: index)
                return (job, worker)
            }
            if concurrency != nil || workers.isEmpty { return nil }
        }
        return nil
    }

    /// Takes back a call that its worker never got, to be the next one.
    mutating func putBack(_ job: Job) {
        places[job.call.number] = nil
        waiting.prepend(job)
    }

    /// Counts a call out.
    mutating func settle(_ call: UInt64) {
        guard let place = places.removeValue(forKey: call) else { return }
        workers[place.worker]?.running -= 1
        if place.isSynchronous { workers[place.worker]?.synchronous -= 1 }
    }

    /// The worker that runs a call.
    func worker(of call: UInt64) -> Int? { places[call]?.worker }

    /// Takes a waiting call out.
    mutating func withdraw(_ call: Call) -> Bool {
        guard let index = waiting.firstIndex(where: { $0.call === call }) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// Lets nothing more in.
    mutating func close() {
        isClosed = true
    }

    /// Takes out all that wait.
    mutating func removeWaiting() -> [Job] {
        defer { waiting = [] }
        return Array(waiting)
    }

    private mutating func place(_ job: Job) -> Int? {
        let isSynchronous = job.method.runsSynchronously
        let free = workers.filter { _, worker in
            if let concurrency { return worker.running < concurrency }
            return !isSynchronous || worker.synchronous == 0
        }
        let best = free.min { ($0.value.running, $0.key) < ($1.value.running, $1.key) }
        guard let worker = best?.key else { return nil }
        workers[worker]?.running += 1
        if isSynchronous { workers[worker]?.synchronous += 1 }
        places[job.call.number] = Place(worker: worker, isSynchronous: isSynchronous)
        return worker
    }
}

extension MethodEntry {
    /// Whether it keeps its thread; of a provided function nobody knows, so it counts as if.
    fileprivate var runsSynchronously: Bool { !description.isAsync }
}
