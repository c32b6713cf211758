// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule

/// Decides which calls run, which wait and which find no room.
///
/// Pure: no clock, no lock, no thread.
struct Admission {
    /// A call with the method it is for.
    struct Job: Sendable {
        let call: Call
        let method: MethodEntry
        /// The worker in whose memory its arguments are.
        var preferred: Int?
        /// The arguments, once they were copied to that memory.
        var placed: Payload?

        var arguments: Payload { placed ?? call.arguments }
    }

    /// How many may run at once; `nil` for any number.
    let concurrency: Int?
    /// How many may wait.
    let queueLimit: Int

    private(set) var running = 0
    /// Of the running calls those that may have to be cancelled; by number.
    private(set) var cancellable: [UInt64: Call] = [:]
    private(set) var waiting = Deque<Job>()
    private(set) var isClosed = false
    /// Whether somebody waits until nothing runs or waits.
    var isWatched = false

    init(concurrency: Int?, queueLimit: Int) {
        self.concurrency = concurrency
        self.queueLimit = queueLimit
    }

    /// Whether one more may run.
    var hasRoom: Bool { concurrency.map { running < $0 } ?? true }
    /// Whether nothing runs or waits.
    var isIdle: Bool { running == 0 && waiting.isEmpty }

    /// Takes a call in, to be had from `next`.
    ///
    /// - Parameter spare: How many waiting calls are about to be taken anyway (by idle threads), and
    ///   so don't count against the limit.
    /// - Returns: Whether there was room.
    mutating func arrive(_ job: Job, spare: Int) -> Bool {
        let room = concurrency.map { max(0, $0 - running) } ?? spare
        guard !isClosed, waiting.count < queueLimit + min(spare, room) else { return false }
        waiting.append(job)
        return true
    }

    /// Takes out the next call that may run, and counts it as running until `settle`.
    mutating func next() -> Job? {
        guard !waiting.isEmpty, hasRoom, let job = waiting.popFirst() else { return nil }
        running += 1
        track(job.call)
        return job
    }

    /// Counts a call in that runs at once, past the queue, when nothing waits and there is room.
    mutating func pass() -> Bool {
        guard !isClosed, waiting.isEmpty, hasRoom else { return false }
        running += 1
        return true
    }

    /// Remembers a call that was counted in by `pass`, and outlives its submission, until `settle`.
    mutating func track(_ call: Call) {
        // Settled already: its `settle` came before and comes once.
        guard !call.has(.settled) else { return }
        cancellable[call.number] = call
    }

    /// Counts a running call out.
    mutating func settle(_ call: Call) {
        running -= 1
        if !cancellable.isEmpty { cancellable[call.number] = nil }
    }

    /// Takes a waiting call out.
    mutating func withdraw(_ call: Call) -> Job? {
        guard let index = waiting.firstIndex(where: { $0.call === call }) else { return nil }
        return waiting.remove(at: index)
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
        defer { waiting = [] }
        return Array(waiting)
    }
}
