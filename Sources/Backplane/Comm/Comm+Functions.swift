// SPDX-License-Identifier: Apache-2.0

extension Comm {
    /// Resolves a method or a provided function to a handle that is called without suspending.
    ///
    /// - Parameters:
    ///   - target: `service.method`, or the name of a provided function.
    ///   - types: The types of the parameters, exactly those of the provider for direct calls.
    ///   - result: The type of the result.
    /// - Throws: From in-process code, when there is no direct way: such a handle blocks its
    ///   thread, which is the caller's. `asyncFunction` does not.
    public func function<each Argument: Encodable & Sendable, Result: Decodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type, returning result: Result.Type
    ) throws(BackplaneError) -> Function<(repeat each Argument), Result> {
        let function = Function<(repeat each Argument), Result>(
            cell: cell(target), arity: 1,
            find: { $0.tuple((repeat each Argument).self, Result.self) }
        ) {
            (arguments: (repeat each Argument)) throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(repeat each arguments)
            return try outcomeBlocking(target, payload).get(as: Result.self)
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function that returns nothing.
    public func function<each Argument: Encodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type
    ) throws(BackplaneError) -> Function<(repeat each Argument), Void> {
        let function = Function<(repeat each Argument), Void>(
            cell: cell(target), arity: 1,
            find: { $0.tuple((repeat each Argument).self, Void.self) }
        ) {
            (arguments: (repeat each Argument)) throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(repeat each arguments)
            try outcomeBlocking(target, payload).check()
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function to a handle for asynchronous code.
    ///
    /// - Parameters:
    ///   - target: `service.method`, or the name of a provided function.
    ///   - types: The types of the parameters, exactly those of the provider for direct calls.
    ///   - result: The type of the result.
    public func asyncFunction<each Argument: Encodable & Sendable, Result: Decodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type, returning result: Result.Type
    ) -> AsyncFunction<(repeat each Argument), Result> {
        AsyncFunction(
            cell: cell(target), findSynchronous: { $0.synchronous(as: SynchronousForm.self) }
        ) {
            (arguments: (repeat each Argument)) async throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(repeat each arguments)
            return try await outcome(target, payload, nil).get(as: Result.self)
        }
    }

    /// Resolves a method or a provided function that returns nothing, for asynchronous code.
    public func asyncFunction<each Argument: Encodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type
    ) -> AsyncFunction<(repeat each Argument), Void> {
        AsyncFunction(
            cell: cell(target), findSynchronous: { $0.synchronous(as: SynchronousForm.self) }
        ) {
            (arguments: (repeat each Argument)) async throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(repeat each arguments)
            try await outcome(target, payload, nil).check()
        }
    }

    func cell(_ target: String) -> Cell? {
        HostFunctions(of: instance.host)?.resolve(target)
    }

    func refuseBlocking(_ target: String, _ isDirect: Bool) throws(BackplaneError) {
        guard slot == .inProcess, !isDirect else { return }
        throw BackplaneError(
            .unavailable,
            """
            '\(target)' cannot be called directly from in-process code: its provider is not up, in \
            another process, asynchronous, or of other types. A synchronous handle would block the \
            caller's thread; use comm.asyncFunction
            """)
    }
}
