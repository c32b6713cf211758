// SPDX-License-Identifier: Apache-2.0

// Synchronous references of one to four parameters, which are boxed for direct calls without a tuple.
// They mean what the forms over parameter packs mean.

extension Method {
    /// Offers a reference to a synchronous method of one parameter.
    public init<A: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A) throws -> Result,
        _ a: ParameterName<A>, idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, encode: Wire.encodeResult, body)
    }

    /// Offers a reference to a synchronous method of one parameter that returns nothing.
    public init<A: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A) throws -> Void,
        _ a: ParameterName<A>, idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, encode: Wire.encodeNothing, body)
    }

    /// Offers a reference to a synchronous method of two parameters.
    public init<A: Decodable & Sendable, B: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B) throws -> Result,
        _ a: ParameterName<A>, _ b: ParameterName<B>, idempotent: Bool = false,
        summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, b, encode: Wire.encodeResult, body)
    }

    /// Offers a reference to a synchronous method of two parameters that returns nothing.
    public init<A: Decodable & Sendable, B: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B) throws -> Void,
        _ a: ParameterName<A>, _ b: ParameterName<B>, idempotent: Bool = false,
        summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, b, encode: Wire.encodeNothing, body)
    }

    /// Offers a reference to a synchronous method of three parameters.
    public init<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B, C) throws -> Result,
        _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, b, c, encode: Wire.encodeResult, body)
    }

    /// Offers a reference to a synchronous method of three parameters that returns nothing.
    public init<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B, C) throws -> Void,
        _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, b, c, encode: Wire.encodeNothing, body)
    }

    /// Offers a reference to a synchronous method of four parameters.
    public init<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B, C, D) throws -> Result,
        _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>, _ d: ParameterName<D>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, b, c, d, encode: Wire.encodeResult, body)
    }

    /// Offers a reference to a synchronous method of four parameters that returns nothing.
    public init<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B, C, D) throws -> Void,
        _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>, _ d: ParameterName<D>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            direct: name, summary, idempotent, a, b, c, d, encode: Wire.encodeNothing, body)
    }
}
