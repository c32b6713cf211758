// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Synchronization

/// One call, from its submission until caller and slot are both rid of it.
///
/// It ends twice, each time exactly once: it is *finished* when its caller has the outcome, and
/// *settled* when its slot has nothing more to do with it. A deadline or a cancellation finishes a
/// call at once, while a method that can't be interrupted settles it later; what such a method
/// then answers is dropped and counted.
final class Call: Sendable {
    /// Unique within the host.
    let number: UInt64
    /// The service's name.
    let service: String
    /// The method's name.
    let method: String
    /// One CBOR item: an array by position, a map by name, or the one argument.
    let arguments: Payload
    /// When the caller stops waiting.
    let deadline: Instant
    /// When it was submitted.
    let submitted: Instant
    /// The running call it was made for.
    let parent: Call?
    /// How many calls it is nested under; 0 for one from outside.
    let depth: Int
    /// Whether the thread that made it blocks until its end.
    let isBlocking: Bool

    private let observer: any CallObserver
    private let environment: CallEnvironment
    private let phase = Atomic<UInt32>(0)
    /// The method, once the service's generation has been asked for it.
    private let entry = OnceReference<MethodEntry>()
    /// What only few calls need: nested calls, messages, requests.
    let traffic = OnceReference<CallTraffic>()
    /// The connection to the worker that has it: where its outcome comes from.
    let channel = OnceReference<HostChannel>()
    /// The connection that its blocked caller looks at from before it was sent.
    private let watched = OnceReference<HostChannel>()
    /// What has it end at its deadline, once something does.
    private let alarm = OnceReference<CallAlarm>()
    /// Where it is, to be told when it is no longer wanted.
    private let holder = Mutex<(any CallHolder)?>(nil)

    init(
        number: UInt64, service: String, method: String, arguments: Payload, deadline: Instant,
        submitted: Instant, parent: Call?, depth: Int, isBlocking: Bool = false,
        observer: any CallObserver, environment: CallEnvironment
    ) {
        self.number = number
        self.service = service
        self.method = method
        self.arguments = arguments
        self.deadline = deadline
        self.submitted = submitted
        self.parent = parent
        self.depth = depth
        self.isBlocking = isBlocking
        self.observer = observer
        self.environment = environment
    }

    /// Whether some call that waits for this one is of that service.
    func isNested(under service: String) -> Bool {
        var ancestor = parent
        while let call = ancestor {
            if call.service == service { return true }
            ancestor = call.parent
        }
        return false
    }

    // MARK: Progress

    func has(_ flag: CallPhase) -> Bool {
        CallPhase(rawValue: phase.load(ordering: .acquiring)).contains(flag)
    }

    /// Sets a flag.
    ///
    /// - Returns: How far the call had come before.
    private func set(_ flag: CallPhase) -> CallPhase {
        let old = phase.bitwiseOr(flag.rawValue, ordering: .acquiringAndReleasing).oldValue
        return CallPhase(rawValue: old)
    }

    /// Whether the caller still waits, in time.
    var isWanted: Bool {
        !has(.finished) && (deadline == .never || Instant.now < deadline)
    }

    var isOver: Bool { has(.finished) }

    /// Says which method it is, before a slot gets it.
    func resolve(to entry: MethodEntry) {
        self.entry.set(entry)
    }

    /// The method, once it is known.
    var methodEntry: MethodEntry? { entry.object }

    /// Whether running it twice does no harm.
    var isIdempotent: Bool { entry.object?.description.isIdempotent ?? false }

    /// Says that plugin code is about to see it.
    func markStarted() {
        _ = set(.started)
    }

    /// Says that it is about to run on its caller's thread.
    func markInline() {
        _ = set(.inline)
    }

    /// Whether the plugin had better stop: nobody waits for the outcome any more.
    ///
    /// Asked on the plugin's thread. A method that has its caller's thread learns of a cancelled
    /// caller from the task that both are.
    var isUnwanted: Bool {
        !isWanted || (has(.inline) && Task.isCancelled)
    }

    func markDelivered() {
        _ = set(.delivered)
    }

    /// Notes that the plugin gave its reference back; `true` the first time.
    func markReturned() -> Bool {
        !set(.returned).contains(.returned)
    }

    /// Says of a call that is made for the record only that it has been answered, and is over.
    func markOver() {
        _ = set([.returned, .finished, .settled])
    }

    /// How it ended, for who may try it again.
    func end(with code: OutcomeCode) -> RetryPolicy.End {
        RetryPolicy.End(
            code: code, wasAnswered: has(.returned), wasDelivered: has(.delivered),
            isIdempotent: isIdempotent)
    }

    /// Whom to tell when the call is no longer wanted: a slot's queue, a worker, an instance.
    func hold(by holder: (any CallHolder)?) {
        self.holder.withLock { $0 = holder }
    }

    // MARK: The end

    /// Gives the caller its outcome.
    ///
    /// The first time counts.
    ///
    /// - Returns: Whether this was the first time.
    @discardableResult
    func finish(_ outcome: Outcome, at now: Instant = .now) -> Bool {
        let before = set(.finished)
        guard !before.contains(.finished) else { return false }
        if let entry = entry.object {
            entry.statistics.finished(outcome, after: now.nanoseconds(since: submitted))
            entry.tally?.ended(outcome)
        }
        parent?.traffic.object?.remove(child: self)
        if before.contains(.hasTraffic), let traffic = traffic.object {
            traffic.finish(self, with: outcome, observer: observer)
        } else {
            observer.finished(self, with: outcome)
        }
        if before.contains(.blocked) { watched.object?.nudge() }
        return true
    }

    // MARK: Waiting

    /// Looks for a moment for what its worker sends, if it is in one, until `isDone`.
    @inline(__always)
    func look(until isDone: () -> Bool) {
        _ = channel.object?.look(isPatient: isLarge, until: isDone)
    }

    /// Waits on this thread for what its worker sends, if it is in one and nobody else waits there.
    func block() {
        // Without one that it has entered its outcome comes on another way, which wakes it.
        guard let channel = watched.object else { return }
        defer { channel.leave() }
        guard !set(.blocked).contains(.finished) else { return }
        _ = channel.wait(isPatient: isLarge) { isOver }
    }

    /// Says, on the thread that will `block`, that its caller is about to look at this connection.
    ///
    /// Before it is sent: a worker on the same processor may take this thread's place at once, and would
    /// have to wake a third one for its answer if nobody was known to look.
    func watch(_ channel: HostChannel) {
        guard isBlocking, watched.object == nil else { return }
        channel.enter()
        watched.set(channel)
    }

    private var isLarge: Bool { arguments.count > Payload.copiedSize }

    /// Says that no plugin code has to do with the call any more.
    ///
    /// The first time counts, and tells whoever holds it.
    @discardableResult
    func settle() -> Bool {
        guard !set(.settled).contains(.settled) else { return false }
        alarm.object?.clear()
        holder.withLock { $0 }?.settled(self)
        return true
    }

    /// Ends a call that never got to a plugin.
    func refuse(_ error: CallError) {
        finish(.error(error))
        settle()
    }

    /// Takes the plugin's own outcome: finishes and settles.
    ///
    /// A synchronous method in the host's process can't be stopped at its deadline, so an answer
    /// past it is `deadline-exceeded`.
    ///
    func complete(_ outcome: Outcome) {
        guard !has(.settled) else { return environment.lateReplies.increment() }
        let outcome = checked(outcome)
        let now = Instant.now
        if !finish(now > deadline ? .error(deadlineError) : outcome, at: now) {
            environment.lateReplies.increment()
        }
        // Last, because settling makes room for the next call: a chain of calls on one thread then
        // ends each before it begins the next.
        settle()
    }

    private func checked(_ outcome: Outcome) -> Outcome {
        guard case .value(let value) = outcome, value.count > environment.payloadLimit else {
            return outcome
        }
        return .error(
            .tooLarge(
                "the results of \(service).\(method)", value.count,
                limit: environment.payloadLimit))
    }

    /// Ends the call for its caller and tells whoever holds it; nested calls go with it.
    func cancel(_ error: CallError?) {
        let error = error ?? .cancelled("\(service).\(method)")
        guard finish(.error(error)) else { return }
        traffic.object?.cancelChildren(error)
        holder.withLock { $0 }?.cancelled(self)
    }

    /// Ends the call if it hasn't ended, and tells whoever holds it, which may have heard of a
    /// cancellation before: what still runs now has overrun its time.
    func expire() {
        let error = deadlineError
        finish(.error(error))
        traffic.object?.cancelChildren(error)
        holder.withLock { $0 }?.cancelled(self)
    }

    /// Ends a call that its slot did not get to in time.
    func expireUnrun() {
        finish(.error(deadlineError))
        settle()
    }

    /// Has the call end at its deadline, from now on, whatever its slot does.
    func watchDeadline() {
        guard deadline != .never, alarm.object == nil else { return }
        let new = CallAlarm(self)
        guard alarm.set(new) === new else { return }
        environment.deadlines.watch(new)
        // It may have settled before there was anything to clear.
        if has(.settled) { new.clear() }
    }

    private var deadlineError: CallError {
        .deadlineExceeded("\(service).\(method)", after: deadline.duration(since: submitted))
    }

    // MARK: Traffic

    /// Registers a nested call, to be cancelled with this one.
    ///
    /// - Returns: Whether this call still runs.
    func adopt(_ child: Call) -> Bool {
        guard let traffic = openTraffic() else { return false }
        traffic.add(child: child)
        guard has(.finished) else { return true }
        traffic.remove(child: child)
        return false
    }

    /// The call's traffic, made when first needed; `nil` once the call has ended.
    private func openTraffic() -> CallTraffic? {
        let phase = CallPhase(rawValue: phase.load(ordering: .acquiring))
        guard !phase.contains(.finished) else { return nil }
        if phase.contains(.hasTraffic) { return traffic.object }
        let made = traffic.set(CallTraffic(environment: environment))
        // `finish` changes the same word: either it sees that there is traffic, or this sees the end.
        return set(.hasTraffic).contains(.finished) ? nil : made
    }

    /// Calls `wake` once the call has finished, for whoever waits for something in its name.
    ///
    /// - Returns: False when it has.
    func onEnd(_ wake: @escaping @Sendable () -> Void) -> Bool {
        openTraffic()?.onEnd(wake) ?? false
    }

    /// Says that `count` messages were consumed, which makes room for as many.
    func acknowledge(_ count: Int) {
        traffic.object?.acknowledge(count)
    }

    /// Sends a message to the caller, or to where the service's messages go.
    ///
    /// - Returns: `nil` when sent; else why not: the call has ended, or there is no room and `wait`
    ///   says what to do about that.
    func emit(_ message: Payload, from source: any CallSource, wait: EmitWait) -> CallError? {
        guard isWanted else { return endedError }
        guard message.count <= environment.payloadLimit else {
            return .tooLarge(
                "the messages of \(service).\(method)", message.count,
                limit: environment.payloadLimit)
        }
        guard let traffic = openTraffic() else { return endedError }
        return traffic.emit(message, from: source, of: self, to: observer, wait: wait)
    }

    /// Closes its messages and requests: the caller is told, after those that came before.
    ///
    /// The first time counts.
    func close() {
        guard let traffic = openTraffic() else { return }
        // The caller has heard of this attempt.
        markDelivered()
        traffic.close(self, to: observer)
    }

    /// Notes that neither messages nor requests follow; `true` the first time.
    func markClosed() -> Bool {
        !set(.closed).contains(.closed)
    }

    /// Asks the caller, or whoever answers for the service.
    func ask(
        _ payload: Payload, from source: any CallSource, timeout: Duration?,
        reply: @escaping @Sendable (Outcome) -> Void
    ) {
        guard isWanted else { return reply(.error(endedError)) }
        guard !has(.closed) else { return reply(.error(closedError)) }
        let now = Instant.now
        let limit = timeout.map { min(now.advanced(by: $0), deadline) } ?? deadline
        let question = Question(
            number: environment.nextNumber(), payload: payload, identifier: source.identifier,
            deadline: limit, lateAnswers: environment.lateReplies, reply: reply)
        environment.deadlines.watch(question)
        markDelivered()
        if observer.takesRequests {
            guard let traffic = openTraffic() else { return question.withdraw(endedError) }
            traffic.ask(question, of: self, to: observer)
        } else {
            source.answer(question, of: self)
        }
    }

    var endedError: CallError {
        .cancelled("the call of \(service).\(method) has ended")
    }

    var closedError: CallError {
        CallError(.unavailable, "\(service).\(method) has closed its messages and requests")
    }
}
