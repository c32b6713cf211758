// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CBackplane
internal import Synchronization

/// A call that the plugin is working on, or a step of its life; `number` is what it is known by.
@safe
final class RunningCall: Sendable {
    /// Waits for room in the call's stream.
    @safe
    struct Waiter: @unchecked Sendable {
        // SAFETY: the plugin's own; used once, on any thread, as the ABI allows.
        let ready: backplane_ready
        let context: UnsafeMutableRawPointer?
    }

    enum Completion {
        /// To be sent now.
        case send
        /// To be sent when `release` says so.
        case held
        /// It had ended before.
        case late
    }

    /// What few calls need.
    private struct Rest {
        var outcome: FrameOutcome?
        var window = MessageWindow()
        var waiters: [Waiter] = []
    }

    private struct Terms {
        let number: UInt64
        let deadline: Instant
        let isSynchronous: Bool
    }

    // SAFETY: written when it is made, and in `begin`, while one thread alone has it.
    private nonisolated(unsafe) var terms: Terms
    /// Whether it is a step of the instance's life, and no method.
    let isStep: Bool
    private let progress: Atomic<UInt64>
    private let rest = Mutex(Rest())

    /// - Parameter isHeld: Its outcome is kept until `letGo`, whoever completes it before.
    init(
        number: UInt64, deadline: Instant = .never, isHeld: Bool = false, isStep: Bool = true,
        isSynchronous: Bool = false
    ) {
        self.isStep = isStep
        unsafe terms = Terms(number: number, deadline: deadline, isSynchronous: isSynchronous)
        progress = Atomic(
            CallProgress.begun.bits | (isHeld ? CallProgress.held : 0))
    }

    var number: UInt64 { unsafe terms.number }
    var deadline: Instant { unsafe terms.deadline }
    /// Whether its method keeps a thread until it is done.
    var isSynchronous: Bool { unsafe terms.isSynchronous }

    /// Has it be another call of a method, which nobody knows yet; only who alone has it may.
    func begin(number: UInt64, deadline: Instant, isSynchronous: Bool) {
        unsafe terms = Terms(number: number, deadline: deadline, isSynchronous: isSynchronous)
        // Most calls have changed nothing of the rest.
        if now.has(CallProgress.awaited | CallProgress.held) { rest.withLock { $0 = Rest() } }
        progress.store(CallProgress.begun.bits, ordering: .relaxed)
    }

    private var now: CallProgress { CallProgress(bits: progress.load(ordering: .acquiring)) }

    /// Sets a flag.
    ///
    /// - Returns: How far it had come before.
    private func set(_ flag: UInt64) -> CallProgress {
        CallProgress(bits: progress.bitwiseOr(flag, ordering: .acquiringAndReleasing).oldValue)
    }

    /// Whether its outcome is still wanted.
    var isWanted: Bool {
        !now.has(CallProgress.ended | CallProgress.cancelled) && !deadline.hasPassed
    }

    var hasEnded: Bool { now.has(CallProgress.ended) }
    /// Whether it goes on although its outcome is no longer wanted.
    var isCancelled: Bool {
        let now = now
        return now.has(CallProgress.cancelled) && !now.has(CallProgress.ended)
    }

    var isClosed: Bool { now.has(CallProgress.closed) }

    /// Whether nobody can name it any more.
    var isSpent: Bool { now.isSpent }

    func retain() {
        progress.wrappingAdd(CallProgress.reference, ordering: .acquiringAndReleasing)
    }

    func release() {
        progress.wrappingSubtract(CallProgress.reference, ordering: .acquiringAndReleasing)
    }

    /// Ends it; the first time counts.
    ///
    /// - Parameter outcome: Made only when it is held.
    /// - Returns: Also, whether nobody can name it any more.
    func complete(_ outcome: () -> FrameOutcome) -> (Completion, isSpent: Bool) {
        guard now.has(CallProgress.held) else { return end() }
        return rest.withLock { rest in
            let isHeld = now.has(CallProgress.held)
            let (completion, isSpent) = end()
            guard completion == .send, isHeld else { return (completion, isSpent) }
            rest.outcome = outcome()
            return (.held, isSpent)
        }
    }

    private func end() -> (Completion, isSpent: Bool) {
        var before = now
        while true {
            guard !before.has(CallProgress.ended) else { return (.late, before.isSpent) }
            let after = before.afterEnd
            let (isEnded, found) = progress.weakCompareExchange(
                expected: before.bits, desired: after.bits, ordering: .acquiringAndReleasing)
            if isEnded { return (.send, after.isSpent) }
            before = CallProgress(bits: found)
        }
    }

    /// Whether somebody may wait for room in its name.
    var mayBeWaitedFor: Bool { now.has(CallProgress.awaited) }

    /// Notes that somebody is about to wait for room in its name.
    func noteWait() { _ = set(CallProgress.awaited) }

    /// Lets a held outcome go, or those to come.
    func letGo() -> FrameOutcome? {
        rest.withLock { rest in
            progress.bitwiseAnd(~CallProgress.held, ordering: .acquiringAndReleasing)
            return rest.outcome.take()
        }
    }

    /// Notes that its outcome is no longer wanted; true the first time, while it runs.
    func cancel() -> Bool {
        !set(CallProgress.cancelled).has(CallProgress.cancelled | CallProgress.ended)
    }

    // MARK: - Its stream of messages

    /// Ends its messages and requests; true the first time, while it runs.
    func close() -> Bool {
        !set(CallProgress.closed).has(CallProgress.closed | CallProgress.ended)
    }

    /// Takes room for a message; nothing when there is none now, else how the sending ends.
    ///
    /// - Parameter waiter: Is noted when there is no room.
    func reserve(_ size: Int, waiter: Waiter? = nil) -> UInt32? {
        let isLate = deadline.hasPassed
        return rest.withLock { rest in
            // Who ends it from now on, or cancels or closes it, takes the waiters out after this.
            let now = set(CallProgress.awaited)
            if now.has(CallProgress.ended | CallProgress.cancelled) {
                return UInt32(BACKPLANE_CANCELLED)
            }
            if now.has(CallProgress.closed) { return UInt32(BACKPLANE_UNAVAILABLE) }
            if isLate { return UInt32(BACKPLANE_DEADLINE_EXCEEDED) }
            if rest.window.reserve(size) { return UInt32(BACKPLANE_OK) }
            if let waiter { rest.waiters.append(waiter) }
            return nil
        }
    }

    /// Gives back room of consumed messages.
    func credit(_ count: UInt64) {
        rest.withLock { $0.window.credit(count) }
    }

    /// Those to be told that it is worth another try.
    func takeWaiters() -> [Waiter] {
        rest.withLock { rest in
            defer { rest.waiters = [] }
            return rest.waiters
        }
    }
}
