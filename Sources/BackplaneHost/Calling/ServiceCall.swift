// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload
internal import BackplaneTransport
internal import DequeModule
internal import Synchronization

/// A call that its caller converses with: takes its messages, answers its requests, awaits its end.
///
/// Opened by `Host.open`, it begins with the first thing that waits for it (its messages, its
/// events, its value) or with `begin`. What was asked for and attached before misses nothing:
///
/// ```swift
/// let call = host.open("echo", "requester", 5)
/// call.onRequest(of: Int.self) { request in try request.respond(request.data * 2) }
/// let answers: [Int] = try await call.value()
/// ```
///
/// Messages that nobody asks for go where the service's `messages-to` says, requests without a
/// handler to its `requests-to`, or they are refused as `unavailable`.
public final class ServiceCall: Sendable {
    private struct State {
        var hasBegun = false
        var isOver = false
        var isCancelled = false
        var running: (any RunningCall)?
        /// Whether somebody asked for messages or events, and who reads them now.
        var isWanted = false
        var takesAllEvents = false
        var readers = 0
        var hadReaders = false
        /// Whether messages are thrown away: their reader left and waits for the value.
        var isDiscarding = false
        var handlerError: (any Error)?
    }

    /// Unique within the host; what its messages and requests carry.
    public let number: UInt64

    /// `service.method`, or a provided function.
    public var target: String { plan.target }

    private let plan: CallPlan
    private let gateway: any CallGateway
    private let state = Mutex(State())
    private let end = Promise<Outcome>()
    private let answerer: RequestAnswerer
    private let news = WaitingLine<News>()

    /// Something that happened, as it came: what waits to be read takes no more memory than what was
    /// sent.
    private enum News {
        case opened
        /// With the attempt that is told once it was read.
        case message(Payload, String, any RunningCall)
        case request(any CallQuestion)
        case closed(CloseReason)

        /// Says that it was read, or thrown away: there is room for another.
        func acknowledge() {
            if case .message(_, _, let call) = self { call.acknowledge(1) }
        }
    }

    init(
        _ plan: CallPlan, number: UInt64, gateway: any CallGateway, executor: ThreadExecutor
    ) {
        self.plan = plan
        self.number = number
        self.gateway = gateway
        answerer = RequestAnswerer(executor: executor)
    }

    // MARK: The beginning

    /// Begins the call, unless it has begun; does not wait for anything.
    public func begin() {
        let isFirst = state.withLock { state in
            defer { state.hasBegun = true }
            return !state.hasBegun
        }
        guard isFirst else { return }
        news.append(.opened)
        switch plan.arguments {
        case .success(let arguments):
            let running = gateway.start(
                plan.target, arguments: arguments, options: CallOptions(timeout: plan.timeout),
                audience: self)
            let isCancelled = state.withLock { state in
                // Not once it is over: they would hold each other for ever.
                if !state.isOver { state.running = running }
                return state.isCancelled
            }
            if isCancelled { running.cancel() }
        case .failure(let error):
            finished(with: .error(error))
        }
    }

    // MARK: The end

    /// How the call ends.
    ///
    /// Cancelling the task that waits cancels the call.
    public var outcome: Outcome {
        get async {
            begin()
            discardWhatNobodyReads()
            return await withTaskCancellationHandler {
                await end.value
            } onCancel: {
                cancel()
            }
        }
    }

    /// The result, once it is there.
    ///
    /// Cancelling the task that waits cancels the call.
    ///
    /// - Throws: The `CallError` that the call ended with, `incompatible` when the result is no
    ///   `Result`, or what a handler threw whose policy is to raise.
    public func value<Result: Decodable>(as type: Result.Type = Result.self) async throws -> Result
    {
        let outcome = await outcome
        if let error = state.withLock({ $0.handlerError }) { throw error }
        return try outcome.get().decoded(as: type, what: "result of \(target)")
    }

    /// Waits until the call has returned; what it returned is not looked at.
    ///
    /// - Throws: As `value`.
    public func finish() async throws {
        let outcome = await outcome
        if let error = state.withLock({ $0.handlerError }) { throw error }
        _ = try outcome.get()
    }

    /// Says that the outcome is no longer wanted: the running method is told.
    ///
    /// The call still ends, as `cancelled` unless it was quicker.
    public func cancel() {
        let (running, isUnbegun) = state.withLock { state in
            state.isCancelled = true
            defer { state.hasBegun = true }
            return (state.running, !state.hasBegun)
        }
        running?.cancel()
        if isUnbegun { finished(with: .error(.cancelled(target))) }
    }

    // MARK: Requests

    /// Answers the call's requests, one at a time, in order, each once the one before was handled.
    ///
    /// The request may be answered later than the handler returns. A handler that throws ends the
    /// call, or does what `onError` says; the request is refused, so that the method hears of it.
    /// Attached before the call begins, a handler misses no request. The last one attached counts.
    public func onRequest(
        onError: ErrorPolicy = .raise,
        _ handler: @escaping @Sendable (Request<Value>) async throws -> Void
    ) {
        answerer.attach(handler) { [weak self] request, error in
            self?.handlerThrew(error, answering: request, policy: onError)
        }
    }

    /// Answers the call's requests, which ask with data of one type.
    ///
    /// A request of other data is the handler's error.
    public func onRequest<Data: Decodable & Sendable>(
        of type: Data.Type, onError: ErrorPolicy = .raise,
        _ handler: @escaping @Sendable (Request<Data>) async throws -> Void
    ) {
        onRequest(onError: onError) { try await handler($0.decoded(as: type)) }
    }

    private func handlerThrew(
        _ error: any Error, answering request: Request<Value>, policy: ErrorPolicy
    ) {
        let action = policy.action(for: error)
        if action != .continue {
            // First, so that the call ends as cancelled and not with what its method makes of the
            // refusal.
            if action == .raise {
                state.withLock { if !$0.isOver { $0.handlerError = error } }
            }
            cancel()
        }
        request.refuse(.handlerThrew(error))
    }

    // MARK: Readers

    /// Notes that somebody wants messages, or everything.
    func want(allEvents: Bool) {
        state.withLock { state in
            state.isWanted = true
            if allEvents { state.takesAllEvents = true }
        }
    }

    func readerCame() {
        state.withLock { state in
            state.readers += 1
            state.hadReaders = true
        }
    }

    func readerLeft() {
        state.withLock { $0.readers -= 1 }
    }

    /// The next event for a reader; `nil` after the last.
    ///
    /// - Throws: `CancellationError` when the task was cancelled, which cancels the call.
    func nextEvent() async throws -> CallEvent? {
        begin()
        guard let news = await news.next() else {
            guard Task.isCancelled else { return nil }
            cancel()
            throw CancellationError()
        }
        news.acknowledge()
        switch news {
        case .opened: return .opened
        case .message(let payload, let identifier, _):
            return .message(Message(payload, from: identifier, in: number))
        case .request(let question): return .request(Request(question, in: number))
        case .closed(let reason): return .closed(reason)
        }
    }

    /// What the last reader left, and what comes, is thrown away by who waits for the value only.
    private func discardWhatNobodyReads() {
        let isLeft = state.withLock { state in
            guard state.hadReaders, state.readers == 0 else { return false }
            state.isDiscarding = true
            return true
        }
        guard isLeft else { return }
        for left in news.takeAll() { left.acknowledge() }
    }
}

// MARK: What comes of it

extension ServiceCall: CallAudience {
    var wantsMessages: Bool? { state.withLock { $0.isWanted } }
    var wantsRequests: Bool? { answerer.isAttached || state.withLock { $0.takesAllEvents } }

    func received(_ message: Payload, from identifier: String, in call: any RunningCall) {
        guard !state.withLock({ $0.isDiscarding }) else { return call.acknowledge(1) }
        news.append(.message(message, identifier, call))
    }

    func received(_ question: any CallQuestion, in call: any RunningCall) {
        // A method that asks before its call is known here is to hear of a handler that throws.
        state.withLock { if $0.running == nil, !$0.isOver { $0.running = call } }
        received(question)
    }

    func received(_ question: any CallQuestion) {
        if state.withLock({ $0.takesAllEvents }) { news.append(.request(question)) }
        answerer.received(Request(question, in: number))
    }

    func closed() {
        answerer.close()
        news.append(.closed(.byMethod))
        news.finish()
    }

    func finished(with outcome: Outcome) {
        state.withLock { state in
            state.isOver = true
            state.running = nil
        }
        answerer.close()
        // Not a second time.
        news.append(.closed(CloseReason(outcome)))
        news.finish()
        end.keep(outcome)
    }
}
