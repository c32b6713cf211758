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

    /// Calls of one kind that wait, with the order in which they came.
    private typealias Line = Deque<(turn: UInt64, job: Job)>

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
    private var synchronous = Line()
    private var asynchronous = Line()
    private var turns: UInt64 = 0
    private(set) var isClosed = false

    init(concurrency: Int?, queueLimit: Int) {
        self.concurrency = concurrency
        self.queueLimit = queueLimit
    }

    var running: Int { places.count }
    var waiting: Int { synchronous.count + asynchronous.count }
    var isIdle: Bool { places.isEmpty && waiting == 0 }

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
        guard waiting < queueLimit else { return .refuse }
        turns += 1
        if job.method.runsSynchronously {
            synchronous.append((turns, job))
        } else {
            asynchronous.append((turns, job))
        }
        return .wait
    }

    /// Takes out the next waiting call that there is room for.
    ///
    /// Calls of one kind run in the order in which they came; one that finds room passes another
    /// kind that finds none.
    mutating func next() -> (job: Job, worker: Int)? {
        switch (synchronous.first, asynchronous.first) {
        case (nil, nil): nil
        case (nil, _): take(from: \.asynchronous)
        case (_, nil): take(from: \.synchronous)
        case (let first?, let second?):
            first.turn < second.turn
                ? take(from: \.synchronous) ?? take(from: \.asynchronous)
                : take(from: \.asynchronous) ?? take(from: \.synchronous)
        }
    }

    private mutating func take(
        from line: WritableKeyPath<Self, Line>
    ) -> (job: Job, worker: Int)? {
        guard let job = self[keyPath: line].first?.job, let worker = place(job) else { return nil }
        self[keyPath: line].removeFirst()
        return (job, worker)
    }

    /// Takes back a call that its worker never got, to be the next one.
    mutating func putBack(_ job: Job) {
        places[job.call.number] = nil
        // Turn 0: before all that came.
        if job.method.runsSynchronously {
            synchronous.prepend((0, job))
        } else {
            asynchronous.prepend((0, job))
        }
    }

    /// Counts a call out.
    mutating func settle(_ call: UInt64) {
        guard let place = places.removeValue(forKey: call) else { return }
        workers[place.worker]?.running -= 1
        if place.isSynchronous { workers[place.worker]?.synchronous -= 1 }
    }

    /// The worker that runs a call.
    func worker(of call: UInt64) -> Int? { places[call]?.worker }

    /// Whether a worker has a call, also one that takes no more.
    func isBusy(worker: Int) -> Bool {
        places.values.contains { $0.worker == worker }
    }

    /// Takes a waiting call out.
    mutating func withdraw(_ call: Call) -> Bool {
        if let index = synchronous.firstIndex(where: { $0.job.call === call }) {
            synchronous.remove(at: index)
            return true
        }
        if let index = asynchronous.firstIndex(where: { $0.job.call === call }) {
            asynchronous.remove(at: index)
            return true
        }
        return false
    }

    /// Lets nothing more in.
    mutating func close() {
        isClosed = true
    }

    /// Lets nothing more in, if nothing runs or waits at this moment.
    ///
    /// - Returns: Whether that was so.
    mutating func closeIfIdle() -> Bool {
        guard isIdle else { return false }
        isClosed = true
        return true
    }

    /// Answers an `IdleWatch`.
    mutating func isIdle(for purpose: IdleWatch.Purpose) -> Bool {
        purpose == .seal ? closeIfIdle() : isIdle
    }

    /// Lets calls in again.
    mutating func open() {
        isClosed = false
    }

    /// Takes out all that wait.
    mutating func removeWaiting() -> [Job] {
        defer {
            synchronous = []
            asynchronous = []
        }
        return synchronous.map(\.job) + asynchronous.map(\.job)
    }

    private mutating func place(_ job: Job) -> Int? {
        let isSynchronous = job.method.runsSynchronously
        var best: (worker: Int, running: Int)?
        for (number, worker) in workers {
            let hasRoom =
                concurrency.map { worker.running < $0 }
                ?? (!isSynchronous || worker.synchronous == 0)
            guard hasRoom else { continue }
            // The least busy one; among equals the oldest, so that the others can rest.
            if let best, (best.running, best.worker) <= (worker.running, number) { continue }
            best = (number, worker.running)
        }
        guard let worker = best?.worker else { return nil }
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
