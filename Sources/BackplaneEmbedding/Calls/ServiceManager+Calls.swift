// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplanePayload
import BackplaneTransport

extension ServiceManager {
    /// Calls a method of a service, arguments by position, and waits for its result.
    ///
    /// ```swift
    /// let ids: [Int] = try await manager.call("tokenizer", "encode", "hello")
    /// ```
    ///
    /// It looks the same in every slot. Cancelling the task cancels the call.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - method: The method's name.
    ///   - arguments: The arguments in the order of the parameters.
    ///   - type: The type of the result; usually inferred.
    ///   - timeout: The time for all attempts together; each has the service's own.
    /// - Throws: What came instead of a value, after the retries that the service allows;
    ///   `incompatible` when the result is no `Result`.
    public func call<each Argument: Encodable, Result: Decodable>(
        _ service: String, _ method: String, _ arguments: repeat each Argument,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.arguments(repeat each arguments)
        return try await answer(service, method, payload, timeout).get(as: type)
    }

    /// Calls a method of a service, arguments by position; what it returns is not looked at.
    public func call<each Argument: Encodable>(
        _ service: String, _ method: String, _ arguments: repeat each Argument,
        timeout: Duration? = nil
    ) async throws(BackplaneError) {
        let payload = try Wire.arguments(repeat each arguments)
        try await answer(service, method, payload, timeout).check()
    }

    /// Calls a method of a service, arguments by name, and waits for its result.
    ///
    /// ```swift
    /// let model: Model = try await manager.call(
    ///     "compute", "load_model", named: ["model_name": "gpt2"])
    /// ```
    public func call<Result: Decodable>(
        _ service: String, _ method: String,
        named arguments: KeyValuePairs<String, any Encodable & Sendable>,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.arguments(named: arguments)
        return try await answer(service, method, payload, timeout).get(as: type)
    }

    /// Calls a method of a service, arguments by name; what it returns is not looked at.
    public func call(
        _ service: String, _ method: String,
        named arguments: KeyValuePairs<String, any Encodable & Sendable>, timeout: Duration? = nil
    ) async throws(BackplaneError) {
        let payload = try Wire.arguments(named: arguments)
        try await answer(service, method, payload, timeout).check()
    }

    /// Calls a method of a service with arguments made elsewhere.
    ///
    /// - Parameter arguments: An array by position, a map by name, or the one argument.
    public func call<Result: Decodable>(
        _ service: String, _ method: String, arguments: Value,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.encodeBytes(arguments)
        return try await answer(service, method, payload, timeout).get(as: type)
    }

    /// Has the host carry out a call, with its retries.
    func answer(
        _ service: String, _ method: String, _ payload: Bytes, _ timeout: Duration?
    ) async throws(BackplaneError) -> Answer {
        try await start()
        let outcome = await host.call(
            service, method, arguments: Payload(payload), timeout: timeout)
        switch outcome {
        case .value(let value): return .value(Bytes(value))
        case .error(let error): throw BackplaneError(error)
        }
    }
}
