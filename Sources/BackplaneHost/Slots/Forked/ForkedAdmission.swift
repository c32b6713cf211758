// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import DequeModule

/// Decides which worker of a forked slot runs a call, and which calls wait.
///
/// Pure: no clock, no lock, no process. A worker runs one synchronous call at a time and any number
/// of asynchronous ones, or `concurrency` calls of whatever kind.
///
/// When all workers are busy, a few synchronous calls are sent ahead, so that a worker has the next
/// one at hand. They count as waiting. A worker whose method runs long gives them back, and gets none
/// until it has ended.
struct ForkedAdmission {
    typealias Job = Admission.Job

    /// What became of a call that arrived.
    enum Decision: Equatable {
        case run(worker: Int)
        case wait
        case refuse
    }

    private struct Worker {
        let number: Int
        var running = 0
        /// Synchronous calls that it has, one of which runs.
        var synchronous = 0
        /// Whether it has given a call back, and nothing has ended in it since.
        var isStuck = false
        /// The turn of the call that it got last.
        var last: UInt64 = 0

        /// Calls that it has, and has not begun.
        var ahead: Int { max(0, synchronous - 1) }
    }

    /// So many calls a worker has at hand, those that run among them.
    private static let aheadLimit = 64

    /// So many calls one worker is the favourite among idle ones.
    ///
    /// Its neighbours rest meanwhile, and it stays awake: a new favourite with each 256 calls costs 64
    /// callers of eight workers 40 % of their rate, with each 4096 nothing. Without a change the last of
    /// the eight got a tenth of the mean.
    static let favour = 4096

    /// Calls of one kind that wait, with the order in which they came.
    private typealias Line = Deque<(turn: UInt64, job: Job)>

    private struct Place {
        var worker: Int
        var isSynchronous: Bool
        /// When it came, among all.
        var turn: UInt64
    }

    private let concurrency: Int?
    private let queueLimit: Int
    /// Those that take calls; so few that looking through them is the quickest way.
    private var workers: [Worker] = []
    /// Where each running call is, by the call's number.
    private var places = NumberTable<Place>()
    /// Calls that wait for something else than a worker.
    private var parked: [UInt64: (turn: UInt64, job: Job)] = [:]
    private var synchronous = Line()
    private var asynchronous = Line()
    private var turns: UInt64 = 0
    /// How many calls were placed.
    private var placed = 0
    private(set) var isClosed = false

    init(concurrency: Int?, queueLimit: Int) {
        self.concurrency = concurrency
        self.queueLimit = queueLimit
    }

    var running: Int { places.count - ahead }
    var waiting: Int { inLine + ahead + parked.count }
    var isIdle: Bool { places.isEmpty && inLine == 0 && parked.isEmpty }

    /// Whether calls wait for a worker.
    var hasLine: Bool { inLine > 0 }

    private var inLine: Int { synchronous.count + asynchronous.count }
    /// Calls that a worker has, and has not begun.
    private var ahead: Int {
        concurrency != nil ? 0 : workers.reduce(0) { $0 + $1.ahead }
    }

    mutating func add(worker: Int) {
        // In their order, whichever comes up first: so the favourite does not depend on that.
        let index = workers.firstIndex { $0.number > worker } ?? workers.count
        workers.insert(Worker(number: worker), at: index)
    }

    /// A worker takes no more calls; those in it keep their places until they settle.
    mutating func remove(worker: Int) {
        workers.removeAll { $0.number == worker }
    }

    private func index(of worker: Int) -> Int? {
        workers.firstIndex { $0.number == worker }
    }

    /// Takes a call in.
    mutating func arrive(_ job: Job) -> Decision {
        guard !isClosed else { return .refuse }
        turns += 1
        if let worker = place(job, turn: turns) { return .run(worker: worker) }
        guard waiting < queueLimit else { return .refuse }
        if job.method.runsSynchronously {
            synchronous.append((turns, job))
        } else {
            asynchronous.append((turns, job))
        }
        return .wait
    }

    /// Takes in a call that does not wait, if there is room.
    ///
    /// - Returns: The worker that runs it.
    mutating func arrive(_ call: UInt64, _ method: MethodEntry) -> Int? {
        guard !isClosed else { return nil }
        turns += 1
        return place(call, isSynchronous: method.runsSynchronously, turn: turns)
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
        for (index, (turn, job)) in self[keyPath: line].enumerated() {
            if let worker = place(job, turn: turn) {
                self[keyPath: line].remove(at: index)
                return (job, worker)
            }
            // One whose arguments lie in a worker's memory waits for that worker, and others pass.
            guard job.placed != nil else { return nil }
        }
        return nil
    }

    /// Takes back a call that its worker never got: it is where it was before.
    mutating func putBack(_ job: Job) {
        guard let place = places[job.call.number] else { return }
        settle(job.call.number)
        insert(job, turn: place.turn, into: place.isSynchronous ? \.synchronous : \.asynchronous)
    }

    /// Takes back a call that its worker had and has not begun.
    mutating func takeBack(_ job: Job) {
        guard let worker = places[job.call.number]?.worker else { return }
        putBack(job)
        if let index = index(of: worker) { workers[index].isStuck = true }
    }

    /// Takes a call out of its place: it waits for something else than a worker, and others pass.
    mutating func park(_ job: Job) {
        guard let place = places[job.call.number] else { return }
        settle(job.call.number)
        parked[job.call.number] = (place.turn, job)
    }

    /// Puts a call that waits no more where it was before, ahead of those that came later.
    mutating func unpark(_ job: Job) {
        guard let (turn, _) = parked.removeValue(forKey: job.call.number) else { return }
        insert(
            job, turn: turn, into: job.method.runsSynchronously ? \.synchronous : \.asynchronous)
    }

    private mutating func insert(
        _ job: Job, turn: UInt64, into line: WritableKeyPath<Self, Line>
    ) {
        let index = self[keyPath: line].firstIndex { $0.turn > turn }
        self[keyPath: line].insert((turn, job), at: index ?? self[keyPath: line].count)
    }

    /// Counts a call out.
    mutating func settle(_ call: UInt64) {
        guard let place = places.remove(call), let index = index(of: place.worker) else { return }
        workers[index].running -= 1
        guard place.isSynchronous else { return }
        workers[index].synchronous -= 1
        workers[index].isStuck = false
    }

    /// The worker that runs a call.
    func worker(of call: UInt64) -> Int? { places[call]?.worker }

    /// How many calls a worker has.
    func load(of worker: Int) -> Int { index(of: worker).map { workers[$0].running } ?? 0 }

    /// Whether a worker has a call, also one that takes no more.
    func isBusy(worker: Int) -> Bool {
        places.values.contains { $0.worker == worker }
    }

    /// Takes a waiting call out.
    mutating func withdraw(_ call: Call) -> Bool {
        if parked.removeValue(forKey: call.number) != nil { return true }
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
            parked = [:]
        }
        return synchronous.map(\.job) + asynchronous.map(\.job) + parked.values.map(\.job)
    }

    private mutating func place(_ job: Job, turn: UInt64) -> Int? {
        place(
            job.call.number, isSynchronous: job.method.runsSynchronously, turn: turn,
            preferred: job.preferred, isBound: job.placed != nil)
    }

    private mutating func place(
        _ call: UInt64, isSynchronous: Bool, turn: UInt64, preferred: Int? = nil,
        isBound: Bool = false
    ) -> Int? {
        // As good as always there is one worker, and nothing to compare.
        if workers.count == 1, !isBound {
            guard let isAhead = room(in: workers[0], isSynchronous),
                !isAhead || waiting < queueLimit
            else { return nil }
            return put(call, in: 0, isSynchronous: isSynchronous, turn: turn)
        }
        var best: (index: Int, rank: (Int, Int, Int, UInt64, Int))?
        // Who has waited for room in one worker's memory goes there.
        let only = isBound ? preferred.flatMap { index(of: $0) } : nil
        for (index, worker) in workers.enumerated() where only == nil || index == only {
            guard let isAhead = room(in: worker, isSynchronous) else { continue }
            // Rather now than ahead, then where the arguments are, then the least busy one. Among idle
            // ones the favourite, so that the others can rest; among busy ones the one whose turn it is.
            let rank = (
                isAhead ? 1 : 0, worker.number == preferred ? 0 : 1, worker.running,
                worker.running == 0 ? distance(to: index) : worker.last, worker.number
            )
            if let best, best.rank <= rank { continue }
            best = (index, rank)
        }
        guard let (index, rank) = best else { return nil }
        if rank.0 == 1, waiting >= queueLimit { return nil }
        return put(call, in: index, isSynchronous: isSynchronous, turn: turn)
    }

    private mutating func put(
        _ call: UInt64, in index: Int, isSynchronous: Bool, turn: UInt64
    ) -> Int {
        workers[index].running += 1
        workers[index].last = turns
        placed += 1
        if isSynchronous { workers[index].synchronous += 1 }
        places.insert(
            Place(worker: workers[index].number, isSynchronous: isSynchronous, turn: turn),
            for: call)
        return workers[index].number
    }

    /// How far a worker is from being the favourite.
    private func distance(to index: Int) -> UInt64 {
        let favourite = placed / Self.favour % workers.count
        return UInt64((index - favourite + workers.count) % workers.count)
    }

    /// Whether a call would be ahead of its time in a worker; nothing when there is no room.
    private func room(in worker: Worker, _ isSynchronous: Bool) -> Bool? {
        if let concurrency { return worker.running < concurrency ? false : nil }
        guard isSynchronous, worker.synchronous > 0 else { return false }
        return !worker.isStuck && worker.synchronous < Self.aheadLimit ? true : nil
    }
}

extension MethodEntry {
    /// Whether it keeps its thread; of a provided function nobody knows, so it counts as if.
    fileprivate var runsSynchronously: Bool { !description.isAsync }
}
