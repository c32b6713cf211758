// SPDX-License-Identifier: Apache-2.0

extension Method {
    /// Offers a reference to a synchronous method.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - body: The method, written `Type.method`.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    public init<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (P) -> @Sendable (repeat each Argument) throws -> Result,
        _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: repeat each names, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(names, encode: Wire.encodeResult) {
                (arguments: (repeat each Argument)) throws -> Result in
                try method(repeat each arguments)
            }
        }
    }

    /// Offers a reference to a synchronous method that returns nothing.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - body: The method, written `Type.method`.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    public init<each Argument: Decodable & Sendable>(
        _ name: String,
        _ body: @escaping @Sendable (P) -> @Sendable (repeat each Argument) throws -> Void,
        _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: repeat each names, result: Void.self
        ) { plugin, names in
            let method = body(plugin)
            return .synchronous(names, encode: Wire.encodeNothing) {
                (arguments: (repeat each Argument)) throws -> Void in
                try method(repeat each arguments)
            }
        }
    }

    /// Offers a reference to an asynchronous method.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - body: The method, written `Type.method`.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    public init<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String,
        _ body:
            @escaping @Sendable (P) ->
            @concurrent @Sendable (repeat each Argument) async throws -> Result,
        _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: true,
            names: repeat each names, result: Result.self
        ) { plugin, names in
            let method = body(plugin)
            return .asynchronous(names, encode: Wire.encodeResult) {
                (arguments: (repeat each Argument)) async throws -> Result in
                try await method(repeat each arguments)
            }
        }
    }

    /// Offers a reference to an asynchronous method that returns nothing.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - body: The method, written `Type.method`.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    public init<each Argument: Decodable & Sendable>(
        _ name: String,
        _ body:
            @escaping @Sendable (P) ->
            @concurrent @Sendable (repeat each Argument) async throws -> Void,
        _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: true,
            names: repeat each names, result: Void.self
        ) { plugin, names in
            let method = body(plugin)
            return .asynchronous(names, encode: Wire.encodeNothing) {
                (arguments: (repeat each Argument)) async throws -> Void in
                try await method(repeat each arguments)
            }
        }
    }
}
