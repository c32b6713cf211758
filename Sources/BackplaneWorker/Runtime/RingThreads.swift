// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// The threads that read a worker's ring: one owns it, another stands by.
///
/// Methods run on the thread that took them out of the ring, because every hop costs more than most
/// of them. When one runs long, the thread that stands by takes the ring over, so that other calls,
/// cancellations and replies go on; who comes back from a long method stands by then.
final class RingThreads: Sendable {
    /// What the owner does with the ring.
    protocol Server: AnyObject, Sendable {
        /// Takes what there is until there is a method to run, and puts that into `job`.
        ///
        /// - Returns: False when the ring was empty.
        func next(_ job: RingJob) -> Bool
        /// Runs what `next` gave, outside of the ring; it may take long.
        func run(_ job: RingJob)
        /// Waits until there is more.
        func waitForMore()
    }

    /// So long a method keeps the ring, up to twice that.
    private static let tick = Duration.milliseconds(1)

    private struct State {
        /// Whether a thread owns the ring.
        var isOwned = false
        /// Those that stand by.
        var standingBy = 0
        /// Whether the one that watches sleeps without end.
        var isResting = false
        var hasWatcher = false
    }

    private let server: any Server
    private let state = Monitor(State())
    /// Odd while the owner is in a method, and another number for each.
    private let turn = Atomic<UInt64>(0)
    /// As `State.isResting`, for who has no time for the lock.
    private let isResting = Atomic(false)

    /// Starts the threads; nothing when the system gives none.
    init?(_ server: any Server) {
        self.server = server
        guard addThread(), addThread() else { return nil }
    }

    private func addThread() -> Bool {
        state.withLock { $0.standingBy += 1 }
        let isStarted = Threads.start("bp-ring") { self.run() }
        if !isStarted { state.withLock { $0.standingBy -= 1 } }
        return isStarted
    }

    /// A thread that has a task-local value has the memory for more: the one that a plugin sets around each
    /// method would have to be given that anew each time.
    @TaskLocal private static var keepsMemory = false

    /// Has the runtime look up what each thread needs.
    static func warmUp() {
        $keepsMemory.withValue(true) {}
    }

    private func run() {
        Self.$keepsMemory.withValue(true) {
            let job = RingJob()
            while true {
                standBy()
                own(job)
                state.withLock { $0.standingBy += 1 }
            }
        }
    }

    // MARK: The owner

    /// Serves the ring until it was taken over.
    private func own(_ job: RingJob) {
        while true {
            guard server.next(job) else {
                server.waitForMore()
                continue
            }
            let own = turn.load(ordering: .relaxed) + 1
            // Ahead of the look at the watcher, which looks at this once it has said that it rests.
            _ = turn.exchange(own, ordering: .sequentiallyConsistent)
            if isResting.load(ordering: .sequentiallyConsistent) { wakeWatcher() }
            server.run(job)
            // Whoever took over has changed it.
            let (isStillOwner, _) = turn.compareExchange(
                expected: own, desired: own + 1, ordering: .acquiringAndReleasing)
            if !isStillOwner { return }
        }
    }

    private func wakeWatcher() {
        state.withLock { state in
            state.isResting = false
            isResting.store(false, ordering: .relaxed)
        }
        state.notify(all: true)
    }

    // MARK: Those who stand by

    /// Returns when this thread owns the ring.
    private func standBy() {
        let owns = state.withLock { state in
            guard !state.isOwned else { return false }
            state.isOwned = true
            state.standingBy -= 1
            return true
        }
        if owns { return }
        // One watches, the others wait to be the next to watch.
        state.wait { state -> Monitor<State>.Look<Void> in
            guard !state.hasWatcher else { return .wait(until: .never) }
            state.hasWatcher = true
            return .done(())
        }
        watch()
        let isAlone = state.withLock { state in
            state.hasWatcher = false
            state.standingBy -= 1
            return state.standingBy == 0
        }
        state.notify(all: true)
        // Without another thread a second long method would have the ring for itself.
        if isAlone { _ = addThread() }
    }

    /// Watches the owner until it has been in one method for too long.
    private func watch() {
        var last = turn.load(ordering: .acquiring)
        while true {
            rest(unless: last)
            let now = turn.load(ordering: .acquiring)
            if now == last, now & 1 == 1 {
                let (isTaken, _) = turn.compareExchange(
                    expected: now, desired: now + 1, ordering: .acquiringAndReleasing)
                if isTaken { return }
            }
            last = now
        }
    }

    /// Waits for a tick; without end while nothing happens.
    private func rest(unless last: UInt64) {
        let end = Instant.now.advanced(by: Self.tick)
        _ = state.wait(until: end) { _ in nil as Void? }
        guard turn.load(ordering: .acquiring) == last, last & 1 == 0 else { return }
        state.withLock { state in
            state.isResting = true
            isResting.store(true, ordering: .sequentiallyConsistent)
            // The owner may have begun before it could see that.
            if turn.load(ordering: .sequentiallyConsistent) != last {
                state.isResting = false
                isResting.store(false, ordering: .relaxed)
            }
        }
        state.wait { $0.isResting ? .wait(until: .never) : .done(()) }
    }
}
