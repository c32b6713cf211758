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

    private struct State {
        var references = 1
        var hasEnded = false
        var isCancelled = false
        var isClosed = false
        var isHeld: Bool
        var outcome: FrameOutcome?
        var mayBeWaitedFor = false
        var window = MessageWindow()
        var waiters: [Waiter] = []

        /// What it was at first; most calls have changed little of it.
        mutating func beginAgain() {
            (references, hasEnded, isCancelled, isClosed) = (1, false, false, false)
            guard mayBeWaitedFor || isHeld || outcome != nil else { return }
            self = State(isHeld: false)
        }
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
    private let state: Mutex<State>

    /// - Parameter isHeld: Its outcome is kept until `letGo`, whoever completes it before.
    init(
        number: UInt64, deadline: Instant = .never, isHeld: Bool = false, isStep: Bool = true,
        isSynchronous: Bool = false
    ) {
        self.isStep = isStep
        unsafe terms = Terms(number: number, deadline: deadline, isSynchronous: isSynchronous)
        state = Mutex(State(isHeld: isHeld))
    }

    var number: UInt64 { unsafe terms.number }
    var deadline: Instant { unsafe terms.deadline }
    /// Whether its method keeps a thread until it is done.
    var isSynchronous: Bool { unsafe terms.isSynchronous }

    /// Has it be another call of a method, which nobody knows yet; only who alone has it may.
    func begin(number: UInt64, deadline: Instant, isSynchronous: Bool) {
        unsafe terms = Terms(number: number, deadline: deadline, isSynchronous: isSynchronous)
        state.withLock { $0.beginAgain() }
    }

    /// Whether its outcome is still wanted.
    var isWanted: Bool {
        let isOpen = state.withLock { !$0.hasEnded && !$0.isCancelled }
        return isOpen && !deadline.hasPassed
    }

    var hasEnded: Bool { state.withLock { $0.hasEnded } }
    /// Whether it goes on although its outcome is no longer wanted.
    var isCancelled: Bool { state.withLock { $0.isCancelled && !$0.hasEnded } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Whether nobody can name it any more.
    var isSpent: Bool { state.withLock { $0.hasEnded && $0.references <= 0 } }

    func retain() {
        state.withLock { $0.references += 1 }
    }

    func release() {
        state.withLock { $0.references -= 1 }
    }

    /// Ends it; the first time counts.
    ///
    /// - Parameter outcome: Made only when it is held.
    /// - Returns: Also, whether nobody can name it any more.
    func complete(_ outcome: () -> FrameOutcome) -> (Completion, isSpent: Bool) {
        state.withLock { state in
            guard !state.hasEnded else { return (.late, state.references <= 0) }
            state.hasEnded = true
            state.references -= 1
            let isSpent = state.references <= 0
            guard state.isHeld else { return (.send, isSpent) }
            state.outcome = outcome()
            return (.held, isSpent)
        }
    }

    /// Whether somebody may wait for room in its name.
    var mayBeWaitedFor: Bool { state.withLock { $0.mayBeWaitedFor } }

    /// Notes that somebody is about to wait for room in its name.
    func noteWait() {
        state.withLock { $0.mayBeWaitedFor = true }
    }

    /// Lets a held outcome go, or those to come.
    func letGo() -> FrameOutcome? {
        state.withLock { state in
            state.isHeld = false
            defer { state.outcome = nil }
            return state.outcome
        }
    }

    /// Notes that its outcome is no longer wanted; true the first time, while it runs.
    func cancel() -> Bool {
        state.withLock { state in
            guard !state.isCancelled, !state.hasEnded else { return false }
            state.isCancelled = true
            return true
        }
    }

    // MARK: - Its stream of messages

    /// Ends its messages and requests; true the first time, while it runs.
    func close() -> Bool {
        state.withLock { state in
            guard !state.isClosed, !state.hasEnded else { return false }
            state.isClosed = true
            return true
        }
    }

    /// Takes room for a message; nothing when there is none now, else how the sending ends.
    ///
    /// - Parameter waiter: Is noted when there is no room.
    func reserve(_ size: Int, waiter: Waiter? = nil) -> UInt32? {
        let isLate = deadline.hasPassed
        return state.withLock { state in
            state.mayBeWaitedFor = true
            if state.hasEnded { return UInt32(BACKPLANE_CANCELLED) }
            if state.isCancelled { return UInt32(BACKPLANE_CANCELLED) }
            if state.isClosed { return UInt32(BACKPLANE_UNAVAILABLE) }
            if isLate { return UInt32(BACKPLANE_DEADLINE_EXCEEDED) }
            if state.window.reserve(size) { return UInt32(BACKPLANE_OK) }
            if let waiter { state.waiters.append(waiter) }
            return nil
        }
    }

    /// Gives back room of consumed messages.
    func credit(_ count: UInt64) {
        state.withLock { $0.window.credit(count) }
    }

    /// Those to be told that it is worth another try.
    func takeWaiters() -> [Waiter] {
        state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
    }
}
