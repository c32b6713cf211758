// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

extension Comm {
    /// Provides a function under a name of its own, for `function` and `call` of any service.
    ///
    /// It takes effect when the generation takes over, and is replaced by the next one's.
    ///
    /// - Parameters:
    ///   - name: The function's name, unique in the host.
    ///   - body: Gets the arguments by reference when it is called directly.
    /// - Throws: `invalid-argument` when the name is in use or malformed.
    public func provide<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (repeat each Argument) throws -> Result
    ) throws(BackplaneError) {
        try provideSynchronous(name, encode: Wire.encodeResult, body)
    }

    /// Provides a function that returns nothing under a name of its own.
    public func provide<each Argument: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (repeat each Argument) throws -> Void
    ) throws(BackplaneError) {
        try provideSynchronous(name, encode: Wire.encodeNothing, body)
    }

    /// Provides an asynchronous function under a name of its own.
    public func provide<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) throws(BackplaneError) {
        try provideAsynchronous(name, encode: Wire.encodeResult, body)
    }

    /// Provides an asynchronous function that returns nothing under a name of its own.
    public func provide<each Argument: Decodable & Sendable>(
        _ name: String,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Void
    ) throws(BackplaneError) {
        try provideAsynchronous(name, encode: Wire.encodeNothing, body)
    }

    private func provideSynchronous<each Argument: Decodable & Sendable, Result>(
        _ name: String, encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (repeat each Argument) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(positions(repeat (each Argument).self), encode: encode) {
                (arguments: (repeat each Argument)) throws -> Result in
                try body(repeat each arguments)
            })
    }

    private func provideAsynchronous<each Argument: Decodable & Sendable, Result>(
        _ name: String, encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .asynchronous(positions(repeat (each Argument).self), encode: encode) {
                (arguments: (repeat each Argument)) async throws -> Result in
                try await body(repeat each arguments)
            })
    }
}

/// Names for the parameters of a closure, which has none: their numbers from 1.
private func positions<each Argument>(_ types: repeat (each Argument).Type) -> [String] {
    var names: [String] = []
    for _ in repeat each types { names.append(String(names.count + 1)) }
    return names
}
