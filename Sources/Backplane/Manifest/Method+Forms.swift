// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

extension Method {
    /// Offers a synchronous method of one parameter, whatever it returns.
    init<A: Decodable & Sendable, Result>(
        direct name: String, _ summary: String?, _ isIdempotent: Bool,
        _ a: ParameterName<A>,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (P) -> @Sendable (A) throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: isIdempotent, isAsync: false,
            names: a, result: Result.self
        ) { plugin, names in
            .direct(names, encode: encode, body(plugin))
        }
    }

    /// Offers a synchronous method of two parameters, whatever it returns.
    init<A: Decodable & Sendable, B: Decodable & Sendable, Result>(
        direct name: String, _ summary: String?, _ isIdempotent: Bool,
        _ a: ParameterName<A>, _ b: ParameterName<B>,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (P) -> @Sendable (A, B) throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: isIdempotent, isAsync: false,
            names: a, b, result: Result.self
        ) { plugin, names in
            .direct(names, encode: encode, body(plugin))
        }
    }

    /// Offers a synchronous method of three parameters, whatever it returns.
    init<A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, Result>(
        direct name: String, _ summary: String?, _ isIdempotent: Bool,
        _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (P) -> @Sendable (A, B, C) throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: isIdempotent, isAsync: false,
            names: a, b, c, result: Result.self
        ) { plugin, names in
            .direct(names, encode: encode, body(plugin))
        }
    }

    /// Offers a synchronous method of four parameters, whatever it returns.
    init<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable, Result
    >(
        direct name: String, _ summary: String?, _ isIdempotent: Bool,
        _ a: ParameterName<A>, _ b: ParameterName<B>, _ c: ParameterName<C>, _ d: ParameterName<D>,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (P) -> @Sendable (A, B, C, D) throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: isIdempotent, isAsync: false,
            names: a, b, c, d, result: Result.self
        ) { plugin, names in
            .direct(names, encode: encode, body(plugin))
        }
    }

    /// Offers a synchronous method, whatever it returns.
    init<each Argument: Decodable & Sendable, Result>(
        synchronous name: String, _ summary: String?, _ isIdempotent: Bool,
        _ names: repeat ParameterName<each Argument>,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        body: @escaping @Sendable (P) -> @Sendable (repeat each Argument) throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: isIdempotent, isAsync: false,
            names: repeat each names, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(names, encode: encode) {
                (arguments: (repeat each Argument)) throws -> Result in
                try method(repeat each arguments)
            }
        }
    }

    /// Offers an asynchronous method, whatever it returns.
    init<each Argument: Decodable & Sendable, Result>(
        asynchronous name: String, _ summary: String?, _ isIdempotent: Bool,
        _ names: repeat ParameterName<each Argument>,
        encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        body:
            @escaping @Sendable (P) ->
            @concurrent @Sendable (repeat each Argument) async throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: isIdempotent, isAsync: true,
            names: repeat each names, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .asynchronous(names, encode: encode) {
                (arguments: (repeat each Argument)) async throws -> Result in
                try await method(repeat each arguments)
            }
        }
    }
}
