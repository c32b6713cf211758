// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// What a worker says and asks for. Each frame is a claim, checked before it is used.
extension ForkedWorker: FrameReader {
    // MARK: What it says

    func received(_ frame: borrowing IncomingFrame, at moment: Instant) -> FrameVerdict {
        // By far the most frequent: the value of a call.
        if frame.kind == .outcome, frame.code == 0, let call = take(call: frame.number) {
            let isAnybodyWaiting = leave(frame.number, call)
            call.answer(value: frame, at: moment)
            goOn(isAnybodyWaiting)
            return .useful
        }
        return handle(frame.frame)
    }

    func broke(_ error: TransportError) {
        kill(because: "it broke the protocol: \(error.message)")
        channel.close()
        // It takes no more calls from now on, however long its end may take.
        owner.lost(self)
    }

    private func handle(_ frame: Frame) -> FrameVerdict {
        switch frame.kind {
        case .opened: return FrameVerdict(answered(frame))
        case .outcome: return FrameVerdict(ended(frame))
        case .returned: return FrameVerdict(returned(frame))
        case .message: return sent(frame)
        case .closed: return stream(of: frame.number)?.close() == true ? .useful : .idle
        case .request: return FrameVerdict(asked(frame))
        case .call: return FrameVerdict(called(frame))
        case .cancelCall:
            return with(state.withLock { $0.nested[frame.number] }) { $0.cancel() }
        case .acknowledge:
            return with(state.withLock { $0.nested[frame.number] }) {
                $0.acknowledge(Int(clamping: frame.argument))
            }
        case .respond: return responded(frame)
        case .log: return FrameVerdict(logged(frame))
        case .failed:
            guard let outcome = try? frame.outcome() else {
                return .breach("a failure without words")
            }
            kill(because: "it can't go on: \(outcome.message)")
            return .useful
        case .provide: return FrameVerdict(provided(frame))
        case .open, .create, .start, .invoke, .cancel, .stop, .save, .restore, .reply, .answer,
            .nestedMessage, .nestedQuestion, .nestedClosed, .credit, .exit, .selfTest,
            .health:
            return .breach("it sent a host's frame")
        }
    }

    /// Tells something of what has ended already, or has not.
    private func with<Known>(_ known: Known?, _ tell: (Known) -> Void) -> FrameVerdict {
        guard let known else { return .idle }
        tell(known)
        return .useful
    }

    private func provided(_ frame: Frame) -> String? {
        var reader = FieldReader(frame.fields)
        guard let name = try? reader.string() else { return "a function without a name" }
        if !context.functions.provide(name, number: frame.code, direct: nil) {
            context.log(.warning, "function has no valid name", ["function": name])
        }
        return nil
    }

    /// The end of a step, or of one that nobody waits for any more.
    private func answered(_ frame: Frame) -> String? {
        let (step, wasGivenUp) = state.withLock { state in
            (
                state.steps.removeValue(forKey: frame.number),
                state.givenUpSteps.remove(frame.number) != nil
            )
        }
        step?.keep(frame)
        return step != nil || wasGivenUp ? nil : "an answer that nobody asked for"
    }

    private func ended(_ frame: Frame) -> String? {
        // Looked at before the call is taken out: who is still in it hears of the worker's end.
        guard let outcome = try? frame.outcome() else { return "an outcome with broken words" }
        guard let call = take(call: frame.number) else { return answered(frame) }
        let isAnybodyWaiting = leave(frame.number, call)
        call.answer(Outcome(outcome))
        goOn(isAnybodyWaiting)
        return nil
    }

    /// Is done with a call, whose outcome is about to be told.
    ///
    /// - Returns: Whether anybody waits for that; nothing for one with messages, which is not done with
    ///   before they are: they may have a long way to go.
    @inline(__always)
    private func leave(_ number: UInt64, _ call: ForkedCall) -> Bool? {
        call.stream == nil ? owner.left(number) : nil
    }

    @inline(__always)
    private func goOn(_ isAnybodyWaiting: Bool?) {
        if let isAnybodyWaiting { owner.goOn(isAnybodyWaiting) }
    }

    /// A call that it has not begun, and won't soon.
    private func returned(_ frame: Frame) -> String? {
        guard let call = take(call: frame.number) else { return "a call that it did not have" }
        owner.returned(call.call, by: self)
        return nil
    }

    private func sent(_ frame: Frame) -> FrameVerdict {
        guard frame.number != 0 else {
            let size = frame.payload.count
            guard serviceMessages.withLock({ $0.take(size) }) else {
                return .breach("more messages of its own than it may send")
            }
            context.forward(frame.payload, of: nil) { self.creditService(size) }
            return .useful
        }
        guard let stream = stream(of: frame.number) else {
            // Of one that has ended it was on its way when that ended: it is dropped.
            return environment.hasIssued(frame.number) ? .idle : .breach("a message of no call")
        }
        return stream.take(frame.payload) ? .useful : .breach("more messages than it may send")
    }

    private func creditService(_ size: Int) {
        let credit = serviceMessages.withLock { $0.passOn(size) }
        if credit > 0 { send(Frame(.credit, argument: credit)) }
    }

    /// The stream of a call, made when first asked for; nothing when the call has ended.
    private func stream(of number: UInt64) -> ForkedStream? {
        state.withLock { state in
            guard var call = state.calls[number] else { return nil }
            if let stream = call.stream { return stream }
            let stream = ForkedStream(call.call, of: self)
            call.stream = stream
            state.calls.insert(call, for: number)
            return stream
        }
    }

    private func logged(_ frame: Frame) -> String? {
        var reader = FieldReader(frame.fields)
        guard let message = try? reader.string() else { return "a log record without words" }
        context.log(
            Logger.Level(backplane: frame.code), message,
            frame.payload.count == 0 ? [:] : LogMetadata.decode(frame.payload))
        return nil
    }

    // MARK: What it asks for

    /// So many requests or nested calls of one worker may be under way.
    private static let askingLimit = 65_536

    private func asked(_ frame: Frame) -> String? {
        var reader = FieldReader(frame.fields)
        guard let nanoseconds = try? reader.number() else { return "a request without its time" }
        let isAllowed = state.withLock { state in
            state.openRequests += 1
            return state.openRequests <= Self.askingLimit
        }
        guard isAllowed else { return "more requests than anybody can answer" }
        let number = frame.argument
        let reply: @Sendable (Outcome) -> Void = { outcome in
            self.state.withLock { $0.openRequests -= 1 }
            self.send(Frame(.answer, number: number, outcome: FrameOutcome(outcome)))
        }
        let timeout = Self.duration(nanoseconds)
        if frame.number == 0 {
            context.ask(frame.payload, timeout: timeout, reply: reply)
        } else if let call = state.withLock({ $0.calls[frame.number]?.call }) {
            call.ask(frame.payload, from: context, timeout: timeout, reply: reply)
        } else {
            reply(.error(.cancelled, "the call that the request is made for has ended"))
        }
        return nil
    }

    private func called(_ frame: Frame) -> String? {
        var reader = FieldReader(frame.fields)
        guard let target = try? reader.string(), let timeout = try? reader.number() else {
            return "a nested call without its target"
        }
        let observer = ForkedNestedCall(number: frame.number, flags: frame.code, worker: self)
        let (parent, isFault) = state.withLock { state in
            (
                state.calls[frame.argument]?.call,
                state.nested[frame.number] != nil || state.nested.count >= Self.askingLimit
            )
        }
        if isFault { return "a nested call with a number that is taken" }
        guard frame.argument == 0 || parent != nil else {
            let error = FrameOutcome(
                .error(.cancelled, "the call that this one is made for has ended"))
            send(Frame(.reply, number: frame.number, outcome: error))
            return nil
        }
        let request = CallRequest(
            target: CallTarget(target), arguments: frame.payload.count == 0 ? .null : frame.payload,
            timeout: Self.duration(timeout), parent: parent, entry: .elsewhere)
        guard let call = context.submit(request, observer: observer) else { return nil }
        guard !call.isOver else { return nil }
        state.withLock { $0.nested[frame.number] = call }
        if call.isOver { forget(nested: frame.number) }
        return nil
    }

    private func responded(_ frame: Frame) -> FrameVerdict {
        guard let outcome = try? frame.outcome() else {
            return .breach("an answer with broken words")
        }
        let question = state.withLock { $0.questions.removeValue(forKey: frame.number) }
        // Answered twice, or too late: that is the plugin's affair, not a fault of the worker.
        guard let question else {
            environment.lateReplies.increment()
            return .idle
        }
        question.respond(Outcome(outcome))
        return .useful
    }

    /// Notes a question that it is asked; false when it is past answering.
    func keep(_ question: Question) -> Bool {
        state.withLock { state in
            guard !state.hasEnded else { return false }
            if state.questions.count >= 256 {
                state.questions = state.questions.filter { !$0.value.isOver }
            }
            state.questions[question.number] = question
            return true
        }
    }

    func forget(nested number: UInt64) {
        _ = state.withLock { $0.nested.removeValue(forKey: number) }
    }

    private static func duration(_ nanoseconds: UInt64) -> Duration? {
        nanoseconds == 0 ? nil : .nanoseconds(Int64(clamping: nanoseconds))
    }
}
