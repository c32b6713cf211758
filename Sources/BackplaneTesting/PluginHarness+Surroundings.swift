// SPDX-License-Identifier: Apache-2.0

public import Backplane
import CBackplane
import Synchronization

extension PluginHarness {
    /// All messages that the plugin has sent, of whatever call, in order.
    public var messages: [Message] { host.state.withLock { $0.messages } }

    /// All that the plugin has logged.
    public var logs: [LogRecord] { host.state.withLock { $0.logs } }

    /// Why the plugin's background work failed, if it did.
    public var failure: BackplaneError? { host.state.withLock { $0.failure } }

    /// How many outcomes came after their call had ended, as at its deadline.
    public var lateOutcomes: Int { host.state.withLock { $0.lateOutcomes } }

    /// Answers the plugin's requests, unless ``begin(_:_:as:timeout:room:onRequest:)`` does.
    public func onRequest(
        _ answerer: @escaping @Sendable (Message) async throws -> any Encodable & Sendable
    ) {
        host.state.withLock { $0.answerer = answerer }
    }

    /// A line of the test's own to the plugin's host.
    ///
    /// It calls the plugin's methods as `service.method`, and its provided functions, through
    /// handles too.
    public var comm: Comm {
        get throws {
            guard
                let table = unsafe HarnessTable.make(Unmanaged.passRetained(host).toOpaque())
            else { throw BackplaneError(.internal, "there is no memory for a host") }
            return unsafe Comm(host: table, service: "test", slot: .async)
        }
    }

    /// Answers the plugin's calls of a method of another service, arguments by position.
    ///
    /// ```swift
    /// harness.respond(to: "memory.get") { (key: String) in "value of \(key)" }
    /// ```
    public func respond<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        to target: String,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) {
        var texts: [String] = []
        for _ in repeat (each Argument).self { texts.append(String(texts.count + 1)) }
        register(
            target,
            .asynchronous(texts, encode: Wire.encodeResult) {
                (arguments: (repeat each Argument)) async throws -> Result in
                try await body(repeat each arguments)
            })
    }

    /// Answers the plugin's calls of a method of another service, arguments by position, with nothing.
    public func respond<each Argument: Decodable & Sendable>(
        to target: String,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Void
    ) {
        var texts: [String] = []
        for _ in repeat (each Argument).self { texts.append(String(texts.count + 1)) }
        register(
            target,
            .asynchronous(texts, encode: Wire.encodeNothing) {
                (arguments: (repeat each Argument)) async throws -> Void in
                try await body(repeat each arguments)
            })
    }

    /// Answers the plugin's calls of a method of another service, arguments by name or position.
    ///
    /// ```swift
    /// harness.respond(to: "memory.get", "key") { (key: String) in "value of \(key)" }
    /// ```
    public func respond<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        to target: String, _ names: repeat ParameterName<each Argument>,
        body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) {
        var texts: [String] = []
        for name in repeat each names { texts.append(name.text) }
        register(
            target,
            .asynchronous(texts, encode: Wire.encodeResult) {
                (arguments: (repeat each Argument)) async throws -> Result in
                try await body(repeat each arguments)
            })
    }

    /// Answers the plugin's calls of a method of another service, arguments by name or position, with nothing.
    public func respond<each Argument: Decodable & Sendable>(
        to target: String, _ names: repeat ParameterName<each Argument>,
        body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Void
    ) {
        var texts: [String] = []
        for name in repeat each names { texts.append(name.text) }
        register(
            target,
            .asynchronous(texts, encode: Wire.encodeNothing) {
                (arguments: (repeat each Argument)) async throws -> Void in
                try await body(repeat each arguments)
            })
    }

    private func register(_ target: String, _ body: FunctionBody) {
        host.state.withLock { state in
            state.responders[target] = { payload in
                switch body.begin(payload.span) {
                case .ended(let ending): Answer(ending)
                case .pending(let operation): Answer(await operation())
                }
            }
        }
    }
}

extension Answer {
    fileprivate init(_ ending: Ending) {
        switch ending {
        case .value(let payload): self = .value(payload)
        case .encoded(let bytes): self = .value(Bytes(bytes))
        case .refused(let error): self = .error(error)
        // A responder says with its own error how the service that it stands for would end.
        case .threw(let error as BackplaneError): self = .error(error)
        case .threw(let error): self = .error(.failure(error))
        }
    }
}
