// SPDX-License-Identifier: Apache-2.0

// Functions of one to four parameters, which are boxed for direct calls without a tuple. They mean
// what the forms over parameter packs mean.

extension Comm {
    /// Provides a function of one parameter under a name of its own.
    public func provide<A: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> A in
                    try decodeArguments(payload, names: ["1"])
                }, encode: Wire.encodeResult, box: { .synchronous(body) }
            ) {
                (arguments: A) throws -> Result in
                try body(arguments)
            })
    }

    /// Provides a function of one parameter that returns nothing under a name of its own.
    public func provide<A: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> A in
                    try decodeArguments(payload, names: ["1"])
                }, encode: Wire.encodeNothing, box: { .synchronous(body) }
            ) {
                (arguments: A) throws -> Void in
                try body(arguments)
            })
    }

    /// Provides a function of two parameters under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B) in
                    try decodeArguments(payload, names: ["1", "2"])
                }, encode: Wire.encodeResult, box: { .synchronous(body) }
            ) {
                (arguments: (A, B)) throws -> Result in
                try body(arguments.0, arguments.1)
            })
    }

    /// Provides a function of two parameters that returns nothing under a name of its own.
    public func provide<A: Decodable & Sendable, B: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B) in
                    try decodeArguments(payload, names: ["1", "2"])
                }, encode: Wire.encodeNothing, box: { .synchronous(body) }
            ) {
                (arguments: (A, B)) throws -> Void in
                try body(arguments.0, arguments.1)
            })
    }

    /// Provides a function of three parameters under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C) in
                    try decodeArguments(payload, names: ["1", "2", "3"])
                }, encode: Wire.encodeResult, box: { .synchronous(body) }
            ) {
                (arguments: (A, B, C)) throws -> Result in
                try body(arguments.0, arguments.1, arguments.2)
            })
    }

    /// Provides a function of three parameters that returns nothing under a name of its own.
    public func provide<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable>(
        _ name: String, _ body: @escaping @Sendable (A, B, C) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C) in
                    try decodeArguments(payload, names: ["1", "2", "3"])
                }, encode: Wire.encodeNothing, box: { .synchronous(body) }
            ) {
                (arguments: (A, B, C)) throws -> Void in
                try body(arguments.0, arguments.1, arguments.2)
            })
    }

    /// Provides a function of four parameters under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable, Result: Encodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) throws -> Result
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C, D) in
                    try decodeArguments(payload, names: ["1", "2", "3", "4"])
                }, encode: Wire.encodeResult, box: { .synchronous(body) }
            ) {
                (arguments: (A, B, C, D)) throws -> Result in
                try body(arguments.0, arguments.1, arguments.2, arguments.3)
            })
    }

    /// Provides a function of four parameters that returns nothing under a name of its own.
    public func provide<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable
    >(
        _ name: String, _ body: @escaping @Sendable (A, B, C, D) throws -> Void
    ) throws(BackplaneError) {
        try instance.provided.add(
            name,
            .synchronous(
                decode: { (payload) throws(BackplaneError) -> (A, B, C, D) in
                    try decodeArguments(payload, names: ["1", "2", "3", "4"])
                }, encode: Wire.encodeNothing, box: { .synchronous(body) }
            ) {
                (arguments: (A, B, C, D)) throws -> Void in
                try body(arguments.0, arguments.1, arguments.2, arguments.3)
            })
    }
}
