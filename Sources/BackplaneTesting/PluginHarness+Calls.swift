// SPDX-License-Identifier: Apache-2.0

public import Backplane

extension PluginHarness {
    /// Calls a method, arguments by position, and waits for its result.
    ///
    /// Cancelling the task that waits cancels the call.
    ///
    /// - Parameters:
    ///   - method: The method's name.
    ///   - arguments: The arguments in the order of the parameters.
    ///   - type: The type of the result; usually inferred.
    ///   - timeout: The call's deadline from now.
    /// - Throws: The call's outcome.
    public func call<each Argument: Encodable, Result: Decodable & Sendable>(
        _ method: String, _ arguments: repeat each Argument, as type: Result.Type = Result.self,
        timeout: Duration = .seconds(30)
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.arguments(repeat each arguments)
        return try await open(method, payload, timeout: timeout).value
    }

    /// Calls a method, arguments by position; what it returns is not looked at.
    public func call<each Argument: Encodable>(
        _ method: String, _ arguments: repeat each Argument, timeout: Duration = .seconds(30)
    ) async throws(BackplaneError) {
        let payload = try Wire.arguments(repeat each arguments)
        let call: HarnessCall<Value> = try open(method, payload, timeout: timeout)
        _ = try await call.value
    }

    /// Calls a method, arguments by name, and waits for its result.
    public func call<Result: Decodable & Sendable>(
        _ method: String, named arguments: KeyValuePairs<String, any Encodable & Sendable>,
        as type: Result.Type = Result.self, timeout: Duration = .seconds(30)
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.arguments(named: arguments)
        return try await open(method, payload, timeout: timeout).value
    }

    /// Calls a method with an arguments payload made elsewhere: an array, a map, or one argument.
    public func call<Result: Decodable & Sendable>(
        _ method: String, payload: Value, as type: Result.Type = Result.self,
        timeout: Duration = .seconds(30)
    ) async throws(BackplaneError) -> Result {
        try await open(method, Wire.encodeBytes(payload), timeout: timeout).value
    }

    /// Begins a call, to see its messages while it runs, or to cancel it.
    ///
    /// - Parameters:
    ///   - method: The method's name.
    ///   - arguments: The arguments in the order of the parameters.
    ///   - type: The type of the result.
    ///   - timeout: The call's deadline from now.
    ///   - room: How many messages may wait for a consumer; the plugin's next one waits then.
    ///   - answerer: Answers this call's requests.
    public func begin<each Argument: Encodable, Result: Decodable & Sendable>(
        _ method: String, _ arguments: repeat each Argument, as type: Result.Type = Result.self,
        timeout: Duration = .seconds(30), room: Int = .max,
        onRequest answerer: (@Sendable (Message) async throws -> any Encodable & Sendable)? = nil
    ) throws(BackplaneError) -> HarnessCall<Result> {
        let payload = try Wire.arguments(repeat each arguments)
        return try open(method, payload, timeout: timeout, room: room, answerer: answerer)
    }

    private func open<Result: Decodable & Sendable>(
        _ method: String, _ payload: Bytes, timeout: Duration, room: Int = .max,
        answerer: HarnessHost.Answerer? = nil
    ) throws(BackplaneError) -> HarnessCall<Result> {
        guard let plugin = host.plugin, let number = plugin.number(of: method) else {
            let names = host.plugin?.methods.joined(separator: ", ") ?? ""
            throw BackplaneError(.notFound, "there is no method '\(method)'; there are: \(names)")
        }
        let call = HostedCall(host: host, timeout: timeout, room: room, answerer: answerer)
        host.run(number, payload, call)
        return HarnessCall(call: call)
    }
}
