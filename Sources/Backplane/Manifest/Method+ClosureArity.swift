// SPDX-License-Identifier: Apache-2.0

// Synchronous closures of one to four parameters, which are boxed for direct calls without a tuple.
// They mean what the forms over parameter packs mean.

extension Method {
    /// Offers a synchronous closure of one parameter.
    public init<A: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ a: ParameterName<A>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A) throws -> Result
    ) {
        self.init(direct: name, summary, idempotent, a, encode: Wire.encodeResult) { plugin in
            { try body(plugin, $0) }
        }
    }

    /// Offers a synchronous closure of one parameter that returns nothing.
    public init<A: Decodable & Sendable>(
        _ name: String, _ a: ParameterName<A>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A) throws -> Void
    ) {
        self.init(direct: name, summary, idempotent, a, encode: Wire.encodeNothing) { plugin in
            { try body(plugin, $0) }
        }
    }

    /// Offers a synchronous closure of two parameters.
    public init<A: Decodable & Sendable, B: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ a: ParameterName<A>, _ b: ParameterName<B>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A, B) throws -> Result
    ) {
        self.init(direct: name, summary, idempotent, a, b, encode: Wire.encodeResult) { plugin in
            { try body(plugin, $0, $1) }
        }
    }

    /// Offers a synchronous closure of two parameters that returns nothing.
    public init<A: Decodable & Sendable, B: Decodable & Sendable>(
        _ name: String, _ a: ParameterName<A>, _ b: ParameterName<B>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A, B) throws -> Void
    ) {
        self.init(direct: name, summary, idempotent, a, b, encode: Wire.encodeNothing) { plugin in
            { try body(plugin, $0, $1) }
        }
    }

    /// Offers a synchronous closure of three parameters.
    public init<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        Result: Encodable & Sendable
    >(
        _ name: String, _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A, B, C) throws -> Result
    ) {
        self.init(direct: name, summary, idempotent, a, b, c, encode: Wire.encodeResult) { plugin in
            { try body(plugin, $0, $1, $2) }
        }
    }

    /// Offers a synchronous closure of three parameters that returns nothing.
    public init<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(
        _ name: String, _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A, B, C) throws -> Void
    ) {
        self.init(direct: name, summary, idempotent, a, b, c, encode: Wire.encodeNothing) {
            plugin in
            { try body(plugin, $0, $1, $2) }
        }
    }

    /// Offers a synchronous closure of four parameters.
    public init<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        _ d: ParameterName<D>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A, B, C, D) throws -> Result
    ) {
        self.init(direct: name, summary, idempotent, a, b, c, d, encode: Wire.encodeResult) {
            plugin in
            { try body(plugin, $0, $1, $2, $3) }
        }
    }

    /// Offers a synchronous closure of four parameters that returns nothing.
    public init<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable
    >(
        _ name: String, _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        _ d: ParameterName<D>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, A, B, C, D) throws -> Void
    ) {
        self.init(direct: name, summary, idempotent, a, b, c, d, encode: Wire.encodeNothing) {
            plugin in
            { try body(plugin, $0, $1, $2, $3) }
        }
    }
}
