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
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> A in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeResult, box: { .synchronous(method) }
            ) {
                (arguments: A) throws -> Result in
                try method(arguments)
            }
        }
    }

    /// Offers a reference to a synchronous method of one parameter that returns nothing.
    public init<A: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A) throws -> Void,
        _ a: ParameterName<A>, idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, result: Void.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> A in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeNothing, box: { .synchronous(method) }
            ) {
                (arguments: A) throws -> Void in
                try method(arguments)
            }
        }
    }

    /// Offers a reference to a synchronous method of two parameters.
    public init<A: Decodable & Sendable, B: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B) throws -> Result,
        _ a: ParameterName<A>, _ b: ParameterName<B>, idempotent: Bool = false,
        summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, b, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B) in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeResult, box: { .synchronous(method) }
            ) {
                (arguments: (A, B)) throws -> Result in
                try method(arguments.0, arguments.1)
            }
        }
    }

    /// Offers a reference to a synchronous method of two parameters that returns nothing.
    public init<A: Decodable & Sendable, B: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B) throws -> Void,
        _ a: ParameterName<A>, _ b: ParameterName<B>, idempotent: Bool = false,
        summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, b, result: Void.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B) in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeNothing, box: { .synchronous(method) }
            ) {
                (arguments: (A, B)) throws -> Void in
                try method(arguments.0, arguments.1)
            }
        }
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
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, b, c, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C) in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeResult, box: { .synchronous(method) }
            ) {
                (arguments: (A, B, C)) throws -> Result in
                try method(arguments.0, arguments.1, arguments.2)
            }
        }
    }

    /// Offers a reference to a synchronous method of three parameters that returns nothing.
    public init<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (P) -> @Sendable (A, B, C) throws -> Void,
        _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, b, c, result: Void.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C) in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeNothing, box: { .synchronous(method) }
            ) {
                (arguments: (A, B, C)) throws -> Void in
                try method(arguments.0, arguments.1, arguments.2)
            }
        }
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
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, b, c, d, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C, D) in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeResult, box: { .synchronous(method) }
            ) {
                (arguments: (A, B, C, D)) throws -> Result in
                try method(arguments.0, arguments.1, arguments.2, arguments.3)
            }
        }
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
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: a, b, c, d, result: Void.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C, D) in
                    try decodeArguments(payload, names: names)
                }, encode: Wire.encodeNothing, box: { .synchronous(method) }
            ) {
                (arguments: (A, B, C, D)) throws -> Void in
                try method(arguments.0, arguments.1, arguments.2, arguments.3)
            }
        }
    }
}
