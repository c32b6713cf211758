// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Glibc
internal import Synchronization

/// A call in a worker of which nothing but the outcome is wanted: as good as all are.
///
/// It takes the short way, and costs one object. Whatever else a call may come to (messages, requests,
/// nested calls, a cancellation, a bad end) is the affair of a `Call`, which is made once somebody asks
/// for it (`whole`) and has the say from then on.
@safe
final class PlainCall: Sendable {
    /// A task that waits.
    @safe
    private struct Waiter {
        // SAFETY: taken out of the state before it is resumed, so that happens once.
        private let continuation: UnsafeContinuation<Void, Never>

        init(_ continuation: UnsafeContinuation<Void, Never>) {
            unsafe self.continuation = continuation
        }

        func resume() { unsafe continuation.resume() }
    }

    private struct State {
        /// Whether it has ended, or is about to, without a `whole`.
        var hasEnded = false
        var isCancelled = false
        /// The thread that waits at the worker's channel, which is to be told of an end that comes on
        /// another way.
        var thread: pthread_t?
        var waiter: Waiter?
        /// What few calls need; in an object, because there is one of this state for each call.
        var rest: Rest?

        mutating func makeRest() -> Rest {
            if let rest { return rest }
            let new = Rest()
            rest = new
            return new
        }
    }

    private final class Rest {
        /// What it has become.
        var whole: Call?
        /// What it has become once that has failed.
        var attempts: OutermostCall?
        /// What the thread waits at where it can't wait at the channel.
        var gate: Monitor<Bool>?
        /// Those that came after the first waiter.
        var waiters: [Waiter] = []
    }

    /// Who is to be told that it has ended.
    private struct Audience {
        var waiter: Waiter?
        var thread: pthread_t?
        var gate: Monitor<Bool>?
        var waiters: [Waiter] = []
    }

    let number: UInt64
    let method: MethodEntry
    /// What was asked for; the arguments are small, and the caller's that blocks for it.
    let request: PlainRequest
    private let worker: ForkedWorker
    // SAFETY: the worker keeps its slot, and each count up or down is an atomic operation.
    private unowned(unsafe) let slotOfWorker: ForkedSlot
    /// The how manieth call of its worker it is; 0 while nobody knows yet.
    let position = Atomic<UInt64>(0)
    private let state: Mutex<State>
    /// Whether the outcome is there.
    private let isDone = Atomic(false)
    /// Whether there is a `whole`, for who asks of each call and spares the lock.
    private let isWhole = Atomic(false)
    // SAFETY: written once, before `isDone` is set, and read only after.
    private nonisolated(unsafe) var given: Outcome?
    // SAFETY: as above.
    private nonisolated(unsafe) var countGiven = -1

    init(
        _ request: consuming PlainRequest, number: UInt64, of method: MethodEntry,
        in worker: ForkedWorker, slot: ForkedSlot
    ) {
        self.number = number
        self.method = method
        state = Mutex(State(thread: request.isBlocking ? pthread_self() : nil))
        self.request = request
        self.worker = worker
        unsafe slotOfWorker = slot
    }

    private var channel: HostChannel { worker.channel }
    private var slot: ForkedSlot { unsafe slotOfWorker }

    /// Whether its outcome is there.
    @inline(__always)
    var isOver: Bool { isDone.load(ordering: .acquiring) }

    /// Its outcome, once it is there.
    var outcome: Outcome? { isOver ? unsafe given : nil }

    /// How many bytes of its value are in the memory of who blocks for it; nothing where it ended otherwise.
    var countInRoom: Int? {
        guard isOver, unsafe countGiven >= 0 else { return nil }
        return unsafe countGiven
    }

    // MARK: Its end

    /// Takes the value that its worker gave.
    func complete(_ frame: borrowing IncomingFrame, at now: Instant) {
        guard now <= request.deadline, frame.payloadCount <= slot.payloadLimit else {
            return completeWhole(frame.value)
        }
        let room = unsafe request.arguments.caller?.room(for: frame)
        // Memory for it is made ahead of the lock.
        var value = unsafe room == nil ? frame.value : nil
        let audience: Audience? = state.withLock { state in
            guard state.rest?.whole == nil else { return nil }
            state.hasEnded = true
            if let room = unsafe room {
                unsafe countGiven = frame.copyPayload(to: room) ?? 0
            } else {
                unsafe given = value.take().map { .value($0) }
            }
            method.noteValue(after: now.nanoseconds(since: request.submitted))
            return end(&state)
        }
        guard let audience else { return completeWhole(frame.value) }
        tell(audience)
    }

    private func completeWhole(_ value: Payload) {
        let whole = whole
        _ = whole.markReturned()
        whole.complete(.value(value))
    }

    /// Takes it back unsent.
    ///
    /// - Returns: False when it has become more meanwhile, the end of which is to be its own then.
    func giveBack() -> Bool {
        state.withLock { state in
            guard state.rest?.whole == nil else { return false }
            state.hasEnded = true
            return true
        }
    }

    /// Takes the end of what it has become: that is its own, unless it is tried again.
    fileprivate func ended(with outcome: Outcome, of whole: Call) {
        guard let code = outcome.code, let retrier = request.retrier else {
            return deliver(outcome)
        }
        let attempts = retrier.call(
            CallRequest(
                target: CallTarget(service: slot.name, method: method.description.name),
                arguments: whole.arguments,
                timeout: request.timeout, until: request.until),
            audience: Heir(of: self))
        let isCancelled = state.withLock { state in
            state.makeRest().attempts = attempts
            return state.isCancelled
        }
        if isCancelled { attempts.cancel() }
        attempts.ended(with: outcome, whole.end(with: code))
    }

    fileprivate func deliver(_ outcome: Outcome) {
        let audience = state.withLock { state in
            unsafe given = outcome
            return end(&state)
        }
        tell(audience)
    }

    /// Says that the outcome is there.
    ///
    /// - Returns: Who has to be told.
    private func end(_ state: inout State) -> Audience {
        isDone.store(true, ordering: .releasing)
        var audience = Audience(waiter: state.waiter.take(), thread: state.thread)
        if let rest = state.rest {
            audience.gate = rest.gate
            swap(&audience.waiters, &rest.waiters)
            rest.attempts = nil
        }
        return audience
    }

    private func tell(_ audience: consuming Audience) {
        audience.waiter?.resume()
        for waiter in audience.waiters { waiter.resume() }
        // Who has taken the outcome out of the ring himself need not be woken for it.
        if let thread = audience.thread, thread != pthread_self() { channel.nudge() }
        if let gate = audience.gate {
            gate.withLock { $0 = true }
            gate.notify()
        }
    }

    // MARK: Waiting

    /// Looks for a moment for what its worker sends.
    @inline(__always)
    func look() {
        _ = channel.look { isOver }
    }

    /// Its outcome, when it is there; cancelling the task that waits cancels it.
    ///
    /// Inlined, because each function that may suspend is another hop.
    var end: Outcome {
        @inline(__always) get async {
            if !isOver {
                await withTaskCancellationHandler {
                    await unsafe withUnsafeContinuation { unsafe resume($0) }
                } onCancel: {
                    cancel()
                }
            }
            return outcome ?? .lost
        }
    }

    /// Has a task go on once the outcome is there.
    func resume(_ continuation: UnsafeContinuation<Void, Never>) {
        let isOver = state.withLock { state in
            guard !self.isOver else { return true }
            let waiter = unsafe Waiter(continuation)
            if state.waiter == nil {
                state.waiter = waiter
            } else {
                state.makeRest().waiters.append(waiter)
            }
            return false
        }
        if isOver { unsafe continuation.resume() }
    }

    /// Waits for the outcome on this thread, which has entered the channel before the call was sent.
    func block() {
        let isHere = channel.wait(until: { isOver })
        // At the gate it looks no more, and the worker has to ring once all who look have left.
        channel.leave()
        if isHere { return }
        // Somebody else sleeps there, or the worker is gone.
        let gate = Monitor(false)
        state.withLock { state in
            // From now on the gate is where it is told.
            if !isOver { (state.makeRest().gate, state.thread) = (gate, nil) }
        }
        if !isOver { gate.wait { $0 ? .done(()) : .wait(until: .never) } }
    }

    // MARK: More than that

    /// Ends it for its caller, and tells its worker.
    func cancel() {
        guard !isOver else { return }
        let attempts = state.withLock { state in
            state.isCancelled = true
            return state.rest?.attempts
        }
        if let attempts { attempts.cancel() } else { whole.cancel(nil) }
    }

    /// Whether it has become more than a plain one.
    @inline(__always)
    var isMore: Bool { isWhole.load(ordering: .acquiring) }

    /// What it is to everybody but its caller.
    var whole: Call {
        state.withLock { state in
            if let known = state.rest?.whole { return known }
            let hasEnded = state.hasEnded
            let call = Call(
                number: number, service: slot.name, method: method.description.name,
                // Lent ones are there until it has ended.
                arguments: hasEnded ? .null : request.arguments.kept, deadline: request.deadline,
                submitted: request.submitted, parent: nil,
                depth: 0, observer: Heir(of: hasEnded ? nil : self),
                environment: slot.plan.environment)
            call.resolve(to: method)
            call.channel.set(channel)
            call.markStarted()
            if hasEnded { call.markOver() } else { call.hold(by: slot) }
            state.makeRest().whole = call
            isWhole.store(true, ordering: .releasing)
            return call
        }
    }
}

/// Takes the outcome of what a plain call has become; lets go of that one then, or they would hold each
/// other.
private final class Heir: CallObserver, CallAudience {
    private let call: Mutex<PlainCall?>

    init(of call: PlainCall?) { self.call = Mutex(call) }

    func finished(_ whole: Call, with outcome: Outcome) {
        call.withLock { $0.take() }?.ended(with: outcome, of: whole)
    }

    func finished(with outcome: Outcome) {
        call.withLock { $0.take() }?.deliver(outcome)
    }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        call.acknowledge(1)
    }

    func received(_ question: any CallQuestion) {
        question.respond(.error(.unanswerable("this call")))
    }
}
