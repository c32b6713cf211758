// SPDX-License-Identifier: Apache-2.0

extension Method {
    /// Offers a synchronous closure.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    ///   - body: Gets the plugin and the arguments.
    public init<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, repeat each Argument) throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: repeat each names, result: Result.self
        ) { plugin, names in
            .synchronous(names, encode: Wire.encodeResult) {
                (arguments: (repeat each Argument)) throws -> Result in
                try body(plugin, repeat each arguments)
            }
        }
    }

    /// Offers a synchronous closure that returns nothing.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    ///   - body: Gets the plugin and the arguments.
    public init<each Argument: Decodable & Sendable>(
        _ name: String, _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @Sendable (P, repeat each Argument) throws -> Void
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: false,
            names: repeat each names, result: Void.self
        ) { plugin, names in
            .synchronous(names, encode: Wire.encodeNothing) {
                (arguments: (repeat each Argument)) throws -> Void in
                try body(plugin, repeat each arguments)
            }
        }
    }

    /// Offers an asynchronous closure.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    ///   - body: Gets the plugin and the arguments.
    public init<each Argument: Decodable & Sendable, Result: Encodable & Sendable>(
        _ name: String, _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @concurrent @Sendable (P, repeat each Argument) async throws -> Result
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: true,
            names: repeat each names, result: Result.self
        ) { plugin, names in
            .asynchronous(names, encode: Wire.encodeResult) {
                (arguments: (repeat each Argument)) async throws -> Result in
                try await body(plugin, repeat each arguments)
            }
        }
    }

    /// Offers an asynchronous closure that returns nothing.
    ///
    /// - Parameters:
    ///   - name: The name under which it is called.
    ///   - names: One name for each parameter.
    ///   - idempotent: Whether running it twice does no harm: it may be retried then.
    ///   - summary: What it does, in one sentence.
    ///   - body: Gets the plugin and the arguments.
    public init<each Argument: Decodable & Sendable>(
        _ name: String, _ names: repeat ParameterName<each Argument>,
        idempotent: Bool = false, summary: String? = nil,
        body: @escaping @concurrent @Sendable (P, repeat each Argument) async throws -> Void
    ) {
        self.init(
            name, summary: summary, isIdempotent: idempotent, isAsync: true,
            names: repeat each names, result: Void.self
        ) { plugin, names in
            .asynchronous(names, encode: Wire.encodeNothing) {
                (arguments: (repeat each Argument)) async throws -> Void in
                try await body(plugin, repeat each arguments)
            }
        }
    }
}
