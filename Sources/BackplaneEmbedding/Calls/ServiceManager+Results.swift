// SPDX-License-Identifier: Apache-2.0

extension ServiceManager {
    /// Calls a method of a service, arguments by position; an error is a result, not thrown.
    ///
    /// ```swift
    /// let result = await manager.result(of: "tokenizer", "encode", "hello", as: [Int].self)
    /// if let error = result.error { print(error.code, error.message) }
    /// ```
    ///
    /// See ``call(_:_:_:as:timeout:)`` for the rest.
    public func result<each Argument: Encodable, Result: Decodable & Sendable>(
        of service: String, _ method: String, _ arguments: repeat each Argument,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async -> Outcome<Result> {
        do throws(BackplaneError) {
            let payload = try Wire.arguments(repeat each arguments)
            return .value(try await answer(service, method, payload, timeout).get(as: type))
        } catch {
            return .error(error)
        }
    }

    /// Calls a method of a service, arguments by name; an error is a result, not thrown.
    public func result<Result: Decodable & Sendable>(
        of service: String, _ method: String,
        named arguments: KeyValuePairs<String, any Encodable & Sendable>,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async -> Outcome<Result> {
        do throws(BackplaneError) {
            let payload = try Wire.arguments(named: arguments)
            return .value(try await answer(service, method, payload, timeout).get(as: type))
        } catch {
            return .error(error)
        }
    }
}
