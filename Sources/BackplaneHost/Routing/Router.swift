// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Takes calls to their services.
///
/// Everything that makes a call goes through `submit`: the control socket, an embedding program,
/// plugin code in the host's process and workers. No thread of its own, no hop, no lock: what can run
/// on the caller's thread does.
final class Router: Sendable {
    /// How many calls may nest: cycles end here.
    static let depthLimit = 32

    let environment: CallEnvironment
    private let payloadLimit: Int
    let functions = FunctionRegistry()
    /// The large memory that the program itself may name, which embeds the host.
    let memory = PluginMemory()
    private let receivers = ReceiverTable()

    init(payloadLimit: Int) {
        environment = CallEnvironment(payloadLimit: payloadLimit)
        self.payloadLimit = payloadLimit
    }

    /// Makes a call and sends it on its way.
    ///
    /// Its observer gets the outcome, perhaps before this returns.
    @discardableResult
    func submit(_ request: CallRequest, observer: any CallObserver) -> Call {
        let routed = route(request, observer: observer)
        begin(routed, for: request.target)
        return routed.call
    }

    /// Makes a call that can be cancelled already and is begun later, once.
    func route(_ request: CallRequest, observer: any CallObserver) -> RoutedCall {
        let service = request.target.service ?? functions.provider(of: request.target.method)
        let receiver = service.flatMap { receivers[$0] }
        let now = Instant.now
        let own =
            request.timeout.map { now.advanced(by: $0) }
            ?? receiver?.deadline(of: request.target.method, from: now) ?? .never
        let call = Call(
            number: environment.nextNumber(), service: service ?? "", method: request.target.method,
            arguments: request.arguments,
            deadline: min(own, request.until, request.parent?.deadline ?? .never),
            submitted: now, parent: request.parent,
            depth: request.parent.map { $0.depth + 1 } ?? request.depth,
            isBlocking: request.isBlocking,
            observer: observer, environment: environment)
        return RoutedCall(
            call: call, receiver: receiver,
            entry: observer.takesMessages ? .elsewhere : request.entry)
    }

    /// Sends a call on its way: to its receiver, or back with what is wrong with it.
    func begin(_ routed: RoutedCall, for target: CallTarget) {
        let call = routed.call
        guard let receiver = routed.receiver else { return call.refuse(unknown(target)) }
        guard call.depth < Self.depthLimit else {
            return call.refuse(.tooDeep(target.text, limit: Self.depthLimit))
        }
        guard call.arguments.count <= environment.payloadLimit else {
            return call.refuse(
                .tooLarge(
                    "the arguments of \(target.text)", call.arguments.count,
                    limit: environment.payloadLimit))
        }
        if let parent = call.parent, !parent.adopt(call) {
            return call.refuse(parent.endedError)
        }
        receiver.submit(call, entry: routed.entry)
    }

    /// Begins a call of which nothing but the outcome is wanted, where there is a short way for it.
    ///
    /// - Returns: Nothing where it has to be submitted like any other.
    func begin(
        _ target: CallTarget, _ arguments: Payload, timeout: Duration?, retrier: Retrier? = nil
    ) -> PlainCall? {
        // A provided function may be anybody's from one call to the next.
        guard let service = target.service, let receiver = receivers[service] else { return nil }
        return begin(
            target.method, of: receiver, .payload(arguments), timeout: timeout, retrier: retrier)
    }

    /// As the other one, for a receiver that is known.
    func begin(
        _ method: String, of receiver: any CallReceiver, _ arguments: consuming PlainArguments,
        timeout: Duration?, retrier: Retrier? = nil
    ) -> PlainCall? {
        guard arguments.count <= payloadLimit else { return nil }
        let now = Instant.now
        let deadline =
            timeout.map { now.advanced(by: $0) } ?? receiver.deadline(of: method, from: now)
        return receiver.begin(
            method,
            PlainRequest(
                arguments: arguments, submitted: now, timeout: timeout, deadline: deadline,
                until: timeout == nil ? .never : deadline, retrier: retrier))
    }

    /// What a service says of the retries of one of its methods.
    func retries(of target: CallTarget) -> RetryConfiguration? {
        let service = target.service ?? functions.provider(of: target.method)
        return service.flatMap { receivers[$0] }?.retries(of: target.method)
    }

    /// Which table of receivers is in force: never again one that was before.
    var receiverTable: UInt { receivers.edition }

    /// Who takes the calls of a service.
    func receiver(_ service: String) -> (any CallReceiver)? { receivers[service] }

    func unknown(_ target: CallTarget) -> CallError {
        guard let service = target.service else {
            return CallError(
                .notFound,
                "no function '\(target.method)' is provided"
                    + NearestName.hint(for: target.method, among: functions.names))
        }
        return .unknownService(service, among: receivers.names)
    }

    // MARK: Receivers

    func add(_ receiver: any CallReceiver) {
        receivers.change { $0[receiver.name] = receiver }
    }

    func remove(_ name: String) {
        receivers.change { $0[name] = nil }
    }

    /// Forgets every receiver: the host has ended.
    func close() {
        receivers.change { $0 = [:] }
        environment.deadlines.close()
    }
}
