// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

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
        try makeFunction(
            target, arity: 1, find: { $0.tuple((repeat each Argument).self, Result.self) },
            encode: Wire.encoder((repeat each Argument).self), decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function that returns nothing.
    public func function<each Argument: Encodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type
    ) throws(BackplaneError) -> Function<(repeat each Argument), Void> {
        try makeFunction(
            target, arity: 1, find: { $0.tuple((repeat each Argument).self, Void.self) },
            encode: Wire.encoder((repeat each Argument).self), decode: LentAnswer.nothing)
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
        makeAsyncFunction(
            target, findSynchronous: { $0.synchronous(as: SynchronousForm.self) },
            encode: Wire.encoder((repeat each Argument).self), decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function that returns nothing, for asynchronous code.
    public func asyncFunction<each Argument: Encodable & Sendable>(
        _ target: String, taking types: repeat (each Argument).Type
    ) -> AsyncFunction<(repeat each Argument), Void> {
        makeAsyncFunction(
            target, findSynchronous: { $0.synchronous(as: SynchronousForm.self) },
            encode: Wire.encoder((repeat each Argument).self), decode: LentAnswer.nothing)
    }
}

extension Comm {
    /// Makes a handle; the rest is how its types are found, written and read.
    func makeFunction<Arguments, Result>(
        _ target: String, arity: Int, find: @escaping Function<Arguments, Result>.Find,
        encode: @escaping Wire.Encoder<Arguments>,
        decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) throws(BackplaneError) -> Function<Arguments, Result> {
        let function = Function<Arguments, Result>(cell: cell(target), arity: arity, find: find) {
            (arguments) throws(BackplaneError) in
            try outcomeBlocking(target) { (writer) throws(BackplaneError) in
                try encode(arguments, &writer)
            } read: { (answer) throws(BackplaneError) in
                try decode(answer)
            }
        }
        guard slot != .inProcess || function.isDirect else {
            throw BackplaneError(
                .unavailable,
                """
                '\(target)' cannot be called directly from in-process code: its provider is not \
                up, in another process, asynchronous, or of other types. A synchronous handle \
                would block the caller's thread; use comm.asyncFunction
                """)
        }
        return function
    }

    /// As ``makeFunction(_:arity:find:encode:decode:)``, for asynchronous code.
    func makeAsyncFunction<Arguments: Sendable, Result: Sendable>(
        _ target: String, findSynchronous: @escaping AsyncFunction<Arguments, Result>.Find,
        encode: @escaping Wire.Encoder<Arguments>,
        decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) -> AsyncFunction<Arguments, Result> {
        AsyncFunction(cell: cell(target), findSynchronous: findSynchronous) {
            (arguments) async throws(BackplaneError) in
            var writer = ArgumentWriter()
            try encode(arguments, &writer)
            return try decode(.answer(await outcome(target, writer.finishBytes(), nil)))
        }
    }

    private func cell(_ target: String) -> Cell? {
        HostFunctions(of: instance.host)?.resolve(target)
    }
}
