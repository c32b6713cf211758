// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Runs the tasks of an instance on the threads of its slot.
///
/// A job comes from Swift's runtime through `enqueue`. It goes to the host's `execute`, with two
/// exceptions, both on a thread that runs one of our jobs or is about to:
///  - the first job of a task that ``runInline(_:whenMade:)`` makes runs on the calling thread;
///  - a job that a task enqueues by changing actors follows on the same thread. The runtime does so
///    with no task current, just before it returns to us; at any other time a job must not wait for
///    the code that enqueues it, because that code may block.
final class SlotExecutor: TaskExecutor {
    /// How many jobs may follow on one thread before the others get their turn.
    private static let limit = 64

    let host: HostTable

    init(host: HostTable) { self.host = host }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if let lane = unsafe Lane.current, unsafe lane.pointee.takes(for: self) {
            unsafe lane.pointee.next = job
            return
        }
        let ticket = unsafe Unmanaged.passRetained(Ticket(job: job, executor: self))
        unsafe host.execute(runTicket, ticket.toOpaque())
    }

    /// Makes a task of `operation` and runs it on this thread until it suspends.
    ///
    /// - Parameter whenMade: Gets the task before any of it has run.
    func runInline(
        _ operation: @escaping @Sendable () async -> Void, whenMade: (Task<Void, Never>) -> Void
    ) {
        var lane = unsafe Lane(executor: Unmanaged.passUnretained(self), next: nil)
        unsafe withUnsafeMutablePointer(to: &lane) { lane in
            let previous = unsafe Lane.current
            unsafe Lane.current = lane
            // Its owner is the call or the instance, which cancels it through `whenMade`.
            let task = Task.detached(executorPreference: self) { await operation() }
            unsafe lane.pointee.isMaking = false
            whenMade(task)
            unsafe drain(lane)
            unsafe Lane.current = previous
        }
    }

    fileprivate func run(_ job: UnownedJob) {
        var lane = unsafe Lane(executor: Unmanaged.passUnretained(self), next: job)
        unsafe lane.isMaking = false
        unsafe withUnsafeMutablePointer(to: &lane) { lane in
            let previous = unsafe Lane.current
            unsafe Lane.current = lane
            unsafe drain(lane)
            unsafe Lane.current = previous
        }
    }

    private func drain(_ lane: UnsafeMutablePointer<Lane>) {
        while let job = unsafe lane.pointee.next {
            unsafe lane.pointee.next = nil
            unsafe lane.pointee.count += 1
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    /// What one thread is doing for one executor.
    ///
    /// Lies on that thread's stack.
    @unsafe
    private struct Lane {
        let executor: Unmanaged<SlotExecutor>
        var next: UnownedJob?
        var isMaking = true
        var count = 0

        init(executor: Unmanaged<SlotExecutor>, next: UnownedJob?) {
            unsafe self.executor = unsafe executor
            unsafe self.next = next
        }

        func takes(for other: SlotExecutor) -> Bool {
            guard unsafe executor.toOpaque() == Unmanaged.passUnretained(other).toOpaque(),
                unsafe next == nil
            else { return false }
            if unsafe isMaking { return true }
            return unsafe count < SlotExecutor.limit && isBetweenTasks
        }

        /// Whether the runtime has put the running task down.
        private var isBetweenTasks: Bool { unsafe withUnsafeCurrentTask { unsafe $0 == nil } }

        private static let key: pthread_key_t = {
            var key = pthread_key_t()
            unsafe pthread_key_create(&key, nil)
            return key
        }()

        /// SAFETY: set only to a lane on this thread's own stack, and back before that returns.
        static var current: UnsafeMutablePointer<Lane>? {
            get { unsafe pthread_getspecific(key)?.assumingMemoryBound(to: Lane.self) }
            set { unsafe pthread_setspecific(key, newValue) }
        }
    }
}

/// A job on its way through the host.
private final class Ticket {
    let job: UnownedJob
    let executor: SlotExecutor

    init(job: UnownedJob, executor: SlotExecutor) {
        self.job = job
        self.executor = executor
    }
}

private let runTicket: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
    guard let context = unsafe context else { return }
    // SAFETY: the host runs each job once, with the context it was given.
    let ticket = unsafe Unmanaged<Ticket>.fromOpaque(context).takeRetainedValue()
    ticket.executor.run(ticket.job)
}
