// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// Takes calls to their services.
///
/// Everything that makes a call goes through `submit`: the control socket, an embedding program,
/// plugin code in the host's process and workers. No thread of its own, no hop: what can run on the
/// caller's thread does.
final class Router: Sendable {
    /// How many calls may nest: cycles end here.
    static let depthLimit = 32

    let environment: CallEnvironment
    let functions = FunctionRegistry()
    private let receivers = Mutex<[String: any CallReceiver]>([:])

    init(payloadLimit: Int) {
        environment = CallEnvironment(payloadLimit: payloadLimit)
    }

    /// Makes a call.
    ///
    /// Its observer gets the outcome, perhaps before this returns.
    @discardableResult
    func submit(_ request: CallRequest, observer: any CallObserver) -> Call {
        let service = request.target.service ?? functions.provider(of: request.target.method)
        let receiver = service.flatMap { name in receivers.withLock { $0[name] } }
        let now = Instant.now
        let timeout = request.timeout ?? receiver?.timeout(of: request.target.method)
        let own = timeout.map { now.advanced(by: $0) } ?? .never
        let call = Call(
            number: environment.nextNumber(), service: service ?? "", method: request.target.method,
            arguments: request.arguments,
            deadline: min(own, request.until, request.parent?.deadline ?? .never),
            submitted: now, parent: request.parent,
            depth: request.parent.map { $0.depth + 1 } ?? request.depth,
            observer: observer, environment: environment)
        guard let receiver else {
            call.refuse(unknown(request.target))
            return call
        }
        guard call.depth < Self.depthLimit else {
            call.refuse(.tooDeep(request.target.text, limit: Self.depthLimit))
            return call
        }
        guard request.arguments.count <= environment.payloadLimit else {
            call.refuse(
                .tooLarge(
                    "the arguments of \(request.target.text)", request.arguments.count,
                    limit: environment.payloadLimit))
            return call
        }
        if let parent = request.parent, !parent.adopt(call) {
            call.refuse(parent.endedError)
            return call
        }
        receiver.submit(call, entry: observer.takesMessages ? .elsewhere : request.entry)
        return call
    }

    /// What a service says of the retries of one of its methods.
    func retries(of target: CallTarget) -> RetryConfiguration? {
        let service = target.service ?? functions.provider(of: target.method)
        guard let receiver = service.flatMap({ name in receivers.withLock { $0[name] } }) else {
            return nil
        }
        return receiver.retries(of: target.method)
    }

    private func unknown(_ target: CallTarget) -> CallError {
        guard let service = target.service else {
            return CallError(
                .notFound,
                "no function '\(target.method)' is provided"
                    + NearestName.hint(for: target.method, among: functions.names))
        }
        return .unknownService(service, among: receivers.withLock { Array($0.keys) })
    }

    // MARK: Receivers

    func add(_ receiver: any CallReceiver) {
        receivers.withLock { $0[receiver.name] = receiver }
    }

    func remove(_ name: String) {
        _ = receivers.withLock { $0.removeValue(forKey: name) }
    }

    /// Forgets every receiver: the host has ended.
    func close() {
        receivers.withLock { $0 = [:] }
        environment.deadlines.close()
    }
}
