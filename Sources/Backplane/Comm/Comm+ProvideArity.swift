// SPDX-License-Identifier: Apache-2.0

// Functions of one to four parameters, which are boxed for direct calls without a tuple. They mean
// what the forms over parameter packs mean.

extension Comm {
    /// Provides a function of one parameter under a name of its own.
    public func provide<A: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(name, .direct(["1"], encode: Wire.encodeResult, body))
    }

    /// Provides a function of one parameter that returns nothing under a name of its own.
    public func provide<A: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(name, .direct(["1"], encode: Wire.encodeNothing, body))
    }

    /// Provides a function of two parameters under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(name, .direct(["1", "2"], encode: Wire.encodeResult, body))
    }

    /// Provides a function of two parameters that returns nothing under a name of its own.
    public func provide<A: Decodable & Sendable, B: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(name, .direct(["1", "2"], encode: Wire.encodeNothing, body))
    }

    /// Provides a function of three parameters under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(name, .direct(["1", "2", "3"], encode: Wire.encodeResult, body))
    }

    /// Provides a function of three parameters that returns nothing under a name of its own.
    public func provide<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(name, .direct(["1", "2", "3"], encode: Wire.encodeNothing, body))
    }

    /// Provides a function of four parameters under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(
            name, .direct(["1", "2", "3", "4"], encode: Wire.encodeResult, body))
    }

    /// Provides a function of four parameters that returns nothing under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(
            name, .direct(["1", "2", "3", "4"], encode: Wire.encodeNothing, body))
    }
}
