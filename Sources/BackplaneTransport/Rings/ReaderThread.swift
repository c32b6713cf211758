// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// A thread that takes what some workers send when nobody else looks for it, and runs tasks if it is
/// asked to.
///
/// Each worker has an eventfd of its own in the thread's epoll set, edge-triggered and never read: no
/// worker can lose a neighbour's wake-up. Between tasks it looks at the rings itself, for as long as
/// calls are under way, and the workers need not ring.
@safe
final class ReaderThread: @unchecked Sendable {
    // SAFETY: what is not behind a lock is touched by the thread alone, but for `executor`, which is set
    // once, before any job.
    private struct State {
        /// Those that ask for a turn.
        var asking: Set<UInt64> = []
        var channels: [UInt64: HostChannel] = [:]
        var next: UInt64 = 1
        /// Jobs that came from other threads.
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private let epoll: CInt
    /// For stopping, and for those that ask for something; its tag is 0, and nobody reads it.
    private let eventfd: CInt
    private let state = Mutex(State())
    private let budget: SpinBudget
    /// Whether something was put into `state` for the thread to see.
    private let hasNews = Atomic(false)
    /// Whether the thread is about to sleep, so that news has to wake it.
    private let isAsleep = Atomic(false)
    private let owner = Atomic<UInt>(0)
    private var executor: UnownedTaskExecutor?
    /// Those of the thread itself, and those that it runs.
    private var jobs: [UnownedJob] = []
    private var running: [UnownedJob] = []
    /// The channels that it looks at, and those that it has looked at last.
    private var looking: [HostChannel] = []
    private var recent: [HostChannel] = []

    init(_ wakeTime: UInt64) throws(TransportError) {
        budget = SpinBudget(wakeTime)
        epoll = clinux_epoll_create()
        eventfd = clinux_eventfd()
        guard epoll >= 0, eventfd >= 0,
            clinux_epoll_add(epoll, eventfd, CLINUX_READABLE | CLINUX_EDGE, 0) == 0
        else { throw .lastError("epoll") }
        guard Threads.start("bp-reader", { self.run() }) else { throw .lastError("pthread_create") }
    }

    deinit {
        Glibc.close(epoll)
        Glibc.close(eventfd)
    }

    // MARK: Its channels

    var count: Int { state.withLock { $0.isStopped ? .max : $0.channels.count } }

    func add(_ channel: HostChannel) throws(TransportError) {
        let tag = state.withLock { state in
            defer { state.next += 1 }
            state.channels[state.next] = channel
            return state.next
        }
        channel.turn.belongs(to: self, as: tag)
        guard clinux_epoll_add(epoll, channel.eventfd, CLINUX_READABLE | CLINUX_EDGE, tag) == 0
        else {
            let error = TransportError.lastError("epoll_ctl")
            state.withLock { $0.channels[tag] = nil }
            throw error
        }
    }

    func remove(_ channel: HostChannel) {
        let wasHere = state.withLock { state in
            guard let tag = state.channels.first(where: { $0.value === channel })?.key else {
                return false
            }
            state.channels[tag] = nil
            return true
        }
        guard wasHere else { return }
        _ = clinux_epoll_remove(epoll, channel.eventfd)
        // It may hold it, to look at.
        tell()
    }

    func removeAll() {
        let channels = state.withLock { state in
            defer { state.channels = [:] }
            return state.channels.values
        }
        for channel in channels { _ = clinux_epoll_remove(epoll, channel.eventfd) }
        tell()
    }

    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.channels = [:]
        }
        tell()
    }

    func serveSoon(_ tag: UInt64) {
        state.withLock { _ = $0.asking.insert(tag) }
        tell()
    }

    // MARK: Its jobs

    /// Says whose jobs it runs.
    func serves(_ executor: UnownedTaskExecutor) { unsafe self.executor = executor }

    func enqueue(_ job: UnownedJob) {
        if owner.load(ordering: .relaxed) == UInt(pthread_self()) {
            return jobs.append(job)
        }
        state.withLock { $0.jobs.append(job) }
        tell()
    }

    /// Says that there is something in `state`.
    private func tell() {
        hasNews.store(true, ordering: .sequentiallyConsistent)
        guard isAsleep.load(ordering: .sequentiallyConsistent) else { return }
        var one: UInt64 = 1
        // It fails only when the counter is full, which takes longer than any host lives.
        _ = unsafe write(eventfd, &one, 8)
    }

    // MARK: The thread

    /// So many turns with tasks and rings that are looked at may pass before the others are asked for.
    private static let patience = 32

    private func run() {
        owner.store(UInt(pthread_self()), ordering: .relaxed)
        clinux_thread_serves_many()
        var events = [clinux_event](repeating: clinux_event(), count: 16)
        // Those that had more than a pass takes: they have their turn again after the others.
        var unfinished: Set<UInt64> = []
        var turns = 0
        while true {
            if hasNews.load(ordering: .relaxed) {
                guard takeNews(&unfinished) else { return }
            }
            let hasRun = runJobs()
            if hasRun { lookAtMore() }
            let isBusy = look() || hasRun
            turns += 1
            if unfinished.isEmpty, turns < Self.patience, isBusy || spin() { continue }
            turns = 0
            if !isBusy { lookNoMore() }
            let count = sleep(&events, isBusy: isBusy || !unfinished.isEmpty)
            for event in events.prefix(count) where event.tag != 0 { unfinished.insert(event.tag) }
            unfinished = unfinished.filter { tag in
                state.withLock { $0.channels[tag] }?.serve() ?? false
            }
        }
    }

    /// Takes what others have put down; false when it is to end.
    private func takeNews(_ unfinished: inout Set<UInt64>) -> Bool {
        // Before the look: what comes after it is news again.
        hasNews.store(false, ordering: .sequentiallyConsistent)
        return state.withLock { state in
            unfinished.formUnion(state.asking)
            state.asking = []
            jobs.append(contentsOf: state.jobs)
            state.jobs = []
            looking.removeAll { $0.isOver }
            recent.removeAll { $0.isOver }
            return !state.isStopped || !jobs.isEmpty
        }
    }

    /// Runs the jobs that are there; those that come of them are run next time.
    private func runJobs() -> Bool {
        guard !jobs.isEmpty, let executor = unsafe executor else { return false }
        // Most tasks call whom they called before, and may be answered before they have suspended.
        if looking.isEmpty { lookAtRecent() }
        swap(&jobs, &running)
        for job in running { unsafe job.runSynchronously(on: executor) }
        running.removeAll(keepingCapacity: true)
        return true
    }

    /// Waits for an event; not when there is something to do already.
    private func sleep(_ events: inout [clinux_event], isBusy: Bool) -> Int {
        isAsleep.store(true, ordering: .sequentiallyConsistent)
        defer { isAsleep.store(false, ordering: .relaxed) }
        let hasMore = isBusy || !jobs.isEmpty || hasNews.load(ordering: .sequentiallyConsistent)
        let count = unsafe clinux_epoll_wait(
            epoll, &events, CInt(events.count), hasMore ? 0 : -1)
        return Int(max(0, count))
    }

    // MARK: Looking at rings

    /// Begins to look at the channels whose workers have calls: some may be of its jobs.
    private func lookAtMore() {
        state.withLock { state in
            guard looking.count < state.channels.count else { return }
            for channel in state.channels.values where channel.hasCalls {
                guard !looking.contains(where: { $0 === channel }) else { continue }
                channel.enter()
                looking.append(channel)
            }
        }
    }

    /// Takes what there is.
    private func look() -> Bool {
        var isAny = false
        for channel in looking where channel.drain() { isAny = true }
        return isAny
    }

    private func spin() -> Bool {
        guard !looking.isEmpty else { return false }
        return budget.spin {
            looking.contains { $0.hasCalls && $0.isWorthLooking }
        } until: {
            hasNews.load(ordering: .relaxed) || looking.contains { $0.hasUnread }
        }
    }

    private func lookNoMore() {
        guard !looking.isEmpty else { return }
        for channel in looking { channel.leave() }
        swap(&looking, &recent)
        looking.removeAll(keepingCapacity: true)
    }

    private func lookAtRecent() {
        swap(&looking, &recent)
        recent.removeAll(keepingCapacity: true)
        looking.removeAll { $0.isOver }
        for channel in looking { channel.enter() }
    }
}
