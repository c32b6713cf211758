// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// One instance's place in the host: who it is, and what it may ask for.
///
/// The same for an instance in this process and for one in a worker.
final class InstanceContext: CallSource {
    /// What it was made with.
    let service: ServiceConfiguration
    let generation: Int
    let worker: Int
    /// Service, generation and worker, such as `compute/2#1`.
    let identifier: String
    /// The folder that the original plugin lies in.
    let directory: String
    /// The functions its generation provides.
    let functions: ProvidedFunctions

    /// What it asks for in vain, when it is one of a rehearsal.
    let rehearsed: RehearsedCalls?
    fileprivate let made: ServiceTerms.Edition
    private let surroundings: Mutex<Surroundings?>
    private let forwarder: MessageForwarder

    /// What the host gives an instance.
    struct Surroundings: Sendable {
        let router: Router
        let log: ServiceLog
        /// The service's configuration as it is by now; `nil` for what the instance was made with.
        var current: Current?
        /// Told when an instance says that it can't go on.
        let failed: Failure
        /// Told of each worker that died.
        let died: Deaths
        /// Where those targets lead that were called before, by their places.
        fileprivate var ways = [CallWay?](repeating: nil, count: KnownTargets.places)

        init(
            router: Router, log: ServiceLog, current: Current? = nil, failed: Failure, died: Deaths
        ) {
            self.router = router
            self.log = log
            self.current = current
            self.failed = failed
            self.died = died
        }
    }

    /// A closure in a class of its own, see `Threads`.
    final class Current: Sendable {
        let read: @Sendable () -> ServiceTerms.Edition?
        init(_ read: @escaping @Sendable () -> ServiceTerms.Edition?) { self.read = read }
    }

    /// A closure in a class of its own, see `Threads`.
    final class Deaths: Sendable {
        let report: @Sendable (WorkerDeath) -> Void
        init(_ report: @escaping @Sendable (WorkerDeath) -> Void) { self.report = report }
    }

    /// A closure in a class of its own, see `Threads`.
    final class Failure: Sendable {
        let report: @Sendable (CallError) -> Void
        init(_ report: @escaping @Sendable (CallError) -> Void) { self.report = report }
    }

    init(
        service: ServiceConfiguration, generation: Int, worker: Int, directory: String,
        functions: ProvidedFunctions, surroundings: Surroundings, rehearsed: RehearsedCalls? = nil
    ) {
        self.service = service
        made = ServiceTerms.Edition(service)
        self.generation = generation
        self.worker = worker
        self.directory = directory
        self.functions = functions
        self.surroundings = Mutex(surroundings)
        self.rehearsed = rehearsed
        let place = rehearsed == nil ? "\(worker)" : "rehearsal"
        identifier = "\(service.name)/\(generation)#\(place)"
        let current = surroundings.current
        forwarder = MessageForwarder(identifier: identifier) {
            (current?.read()?.configuration ?? service).messagesTo
        }
    }

    /// The way to others; a rehearsal has none.
    var router: Router? { rehearsed == nil ? surroundings.withLock { $0?.router } : nil }

    /// The configuration of its service as it is by now.
    ///
    /// An object, because many calls ask, and copying a configuration costs a part of one.
    private var terms: ServiceTerms.Edition {
        surroundings.withLock { $0?.current }?.read() ?? made
    }

    /// Cuts the instance off: what it asks for from now on is `unavailable`.
    func close() {
        surroundings.withLock { $0 = nil }
    }

    // MARK: Calls of others

    /// Makes a call for the instance, if it may.
    ///
    /// - Returns: The call, unless it was refused; the observer has the outcome then.
    func submit(_ request: CallRequest, observer: any CallObserver) -> Call? {
        guard let router else { return refuse(request, gone, observer) }
        guard permits(request.target, in: router) else {
            return refuse(
                request, .permissionDenied(service.name, calling: request.target.text), observer)
        }
        return router.submit(request, observer: observer)
    }

    /// Begins a call for the instance of which nothing but the outcome is wanted, if it may and where there
    /// is a short way for it.
    ///
    /// - Returns: Nothing where it has to be submitted like any other.
    func begin(
        _ target: KnownTarget, _ arguments: consuming PlainArguments, timeout: UInt64
    ) -> PlainCall? {
        guard rehearsed == nil, let way = way(to: target) else { return nil }
        return way.router.begin(
            target.target.method, of: way.receiver, arguments,
            timeout: timeout == 0 ? nil : .nanoseconds(Int64(clamping: timeout)))
    }

    /// Where a target leads by now, if the instance may call it and it is a service's.
    private func way(to target: KnownTarget) -> CallWay? {
        surroundings.withLock { $0?.way(to: target, of: self) }
    }

    /// Whether `may-call` allows a target; without the key, everything but the host is allowed.
    func permits(_ target: CallTarget, in router: Router) -> Bool {
        guard let callee = target.service ?? router.functions.provider(of: target.method) else {
            return true
        }
        return permits(callee, under: terms)
    }

    fileprivate func permits(_ callee: String, under terms: ServiceTerms.Edition) -> Bool {
        if callee == service.name { return true }
        return terms.configuration.mayCall.map { $0.contains(callee) }
            ?? (callee != HostService.name)
    }

    private func refuse(
        _ request: CallRequest, _ error: CallError, _ observer: any CallObserver
    ) -> Call? {
        let environment = router?.environment ?? CallEnvironment.closed
        let call = Call(
            number: environment.nextNumber(), service: request.target.service ?? "",
            method: request.target.method, arguments: request.arguments, deadline: .never,
            submitted: .now, parent: nil, depth: request.depth, observer: observer,
            environment: environment)
        call.refuse(error)
        return nil
    }

    private var gone: CallError {
        rehearsed?.refuse() ?? .unavailable(service.name, because: "it has been stopped")
    }

    // MARK: Messages and requests that no caller takes

    func forward(_ message: Payload, of call: Call?, done: @escaping @Sendable () -> Void) {
        guard let router else { return done() }
        forwarder.forward(message, depth: call.map { $0.depth + 1 } ?? 0, by: router, done: done)
    }

    /// Takes a message that belongs to no call.
    func emit(_ message: Payload, wait: EmitWait) -> CallError? {
        guard let router else { return gone }
        return forwarder.emit(message, by: router, wait: wait)
    }

    func answer(_ question: Question, of call: Call?) {
        guard let router else { return question.withdraw(gone) }
        guard let target = terms.configuration.requestsTo else {
            let asker = call.map { "\($0.service).\($0.method)" } ?? service.name
            return question.respond(.error(.unanswerable(asker)))
        }
        router.submit(
            CallRequest(
                target: CallTarget(target), arguments: .arguments([question.payload]),
                timeout: question.deadline == .never
                    ? nil : question.deadline.duration(since: .now),
                parent: call),
            observer: AnswerObserver(question))
    }

    /// Asks a request that belongs to no call.
    func ask(
        _ payload: Payload, timeout: Duration?, reply: @escaping @Sendable (Outcome) -> Void
    ) {
        guard let environment = router?.environment else { return reply(.error(gone)) }
        let limit = timeout ?? terms.configuration.timeout
        let question = Question(
            number: environment.nextNumber(), payload: payload, identifier: identifier,
            deadline: limit.map { Instant.now.advanced(by: $0) } ?? .never,
            lateAnswers: environment.lateReplies, reply: reply)
        environment.deadlines.watch(question)
        answer(question, of: nil)
    }

    // MARK: The rest

    /// The level of what its process prints.
    var outputLevel: Logger.Level { rehearsed == nil ? .info : .debug }

    /// Writes to the service's log; what a rehearsal logs is for who looks for it.
    func log(_ level: Logger.Level, _ message: String, _ metadata: [String: String] = [:]) {
        var metadata = metadata
        if rehearsed != nil, level > .debug { metadata["level"] = level.rawValue }
        surroundings.withLock { $0?.log }?.write(
            rehearsed == nil ? level : min(level, .debug), message, metadata: metadata,
            identifier: identifier, generation: generation)
    }

    /// Takes the news that the instance can't go on.
    func failed(_ error: CallError) {
        surroundings.withLock { $0?.failed }?.report(error)
    }
}

extension InstanceContext.Surroundings {
    /// Where a target leads by now, if it is a service that the instance may call.
    fileprivate mutating func way(
        to target: KnownTarget, of instance: InstanceContext
    ) -> CallWay? {
        let terms = current?.read() ?? instance.made
        if let place = target.place, let known = ways[place], known.leads(to: target, under: terms)
        {
            return known
        }
        // A provided function may be anybody's from one call to the next.
        guard let service = target.target.service, instance.permits(service, under: terms),
            let way = CallWay(to: target, service, under: terms, by: router)
        else { return nil }
        if let place = target.place { ways[place] = way }
        return way
    }
}

/// Passes a call's outcome on as the answer to a request.
final class AnswerObserver: CallObserver {
    private let question: Question

    init(_ question: Question) {
        self.question = question
    }

    func finished(_ call: Call, with outcome: Outcome) {
        question.respond(outcome)
    }
}
