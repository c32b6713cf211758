// SPDX-License-Identifier: Apache-2.0

import Backplane

extension ServiceManager {
    /// Provides a function of the program that may suspend, under a name of its own.
    ///
    /// The program and its plugins call it through a handle of ``asyncFunction(_:taking:returning:)``,
    /// directly when they are in this process, or as any target.
    ///
    /// - Parameters:
    ///   - name: The function's name: letters, digits, `-` and `_`.
    ///   - body: Gets its arguments by reference when it is called directly.
    /// - Throws: `invalid-argument` when the name is in use or malformed.
    public func provide<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) throws(BackplaneError) {
        try functions.provide(name, nil) { (line) throws(BackplaneError) in
            try line.provide(name, body)
        }
    }

    /// Provides a function of the program that may suspend and returns nothing.
    public func provide<each Argument: Decodable & Sendable>(
        _ name: String,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Void
    ) throws(BackplaneError) {
        try functions.provide(name, nil) { (line) throws(BackplaneError) in
            try line.provide(name, body)
        }
    }

    /// Resolves a method or a function, which may suspend, to a handle.
    ///
    /// When the provider is in this process and of exactly these types, a call of the handle is the
    /// provider's closure. Otherwise it encodes, and suspends until the answer is there.
    ///
    /// - Parameters:
    ///   - target: `service.method`, or the name of a provided function.
    ///   - types: The types of the parameters.
    ///   - result: The type of the result.
    /// - Throws: `unavailable` when the services were not started yet.
    public func asyncFunction<each Argument: Encodable & Sendable, Result: Decodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type, returning result: Result.Type
    ) throws(BackplaneError) -> AsyncFunction<(repeat each Argument), Result> {
        try functions.line(to: target).asyncFunction(
            target, taking: repeat each types, returning: result)
    }

    /// Resolves a method or a function that may suspend and returns nothing.
    public func asyncFunction<each Argument: Encodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type
    ) throws(BackplaneError) -> AsyncFunction<(repeat each Argument), Void> {
        try functions.line(to: target).asyncFunction(target, taking: repeat each types)
    }
}
