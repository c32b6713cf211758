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
            synchronous: name, summary, idempotent, repeat each names,
            encode: Wire.encodeResult, body: body)
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
            synchronous: name, summary, idempotent, repeat each names,
            encode: Wire.encodeNothing, body: body)
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
            asynchronous: name, summary, idempotent, repeat each names,
            encode: Wire.encodeResult, body: body)
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
            asynchronous: name, summary, idempotent, repeat each names,
            encode: Wire.encodeNothing, body: body)
    }
}
