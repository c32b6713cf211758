// SPDX-License-Identifier: Apache-2.0

// Handles for two, three and four parameters, whose direct calls put no tuple together.

extension Comm {
    /// Resolves a method or a provided function of two parameters.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, returning result: Result.Type
    ) throws(BackplaneError) -> Function<(A, B), Result> {
        try direct2(target, decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function of two parameters to an asynchronous handle.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, returning result: Result.Type
    ) -> AsyncFunction<(A, B), Result> {
        direct2(target, decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function of two parameters that returns nothing.
    public func function<A: Encodable & Sendable, B: Encodable & Sendable>(
        _ target: String, taking a: A.Type, _ b: B.Type
    ) throws(BackplaneError) -> Function<(A, B), Void> {
        try direct2(target, decode: LentAnswer.nothing)
    }

    /// Resolves a method or a provided function of two parameters that returns nothing, to an
    /// asynchronous handle.
    public func asyncFunction<A: Encodable & Sendable, B: Encodable & Sendable>(
        _ target: String, taking a: A.Type, _ b: B.Type
    ) -> AsyncFunction<(A, B), Void> {
        direct2(target, decode: LentAnswer.nothing)
    }

    private func direct2<A: Encodable & Sendable, B: Encodable & Sendable, Result>(
        _ target: String, decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) throws(BackplaneError) -> Function<(A, B), Result> {
        try makeFunction(
            target, arity: 2,
            find: {
                $0.synchronous(as: SynchronousForm2<A, B, Result>.self)
                    .map { SynchronousClosure2($0) }
            },
            encode: Wire.encoder2(), decode: decode)
    }

    private func direct2<A: Encodable & Sendable, B: Encodable & Sendable, Result: Sendable>(
        _ target: String, decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) -> AsyncFunction<(A, B), Result> {
        makeAsyncFunction(
            target,
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm2<A, B, Result>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1) }
            },
            encode: Wire.encoder2(), decode: decode)
    }
}

extension Comm {
    /// Resolves a method or a provided function of three parameters.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, returning result: Result.Type
    ) throws(BackplaneError) -> Function<(A, B, C), Result> {
        try direct3(target, decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function of three parameters to an asynchronous handle.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, returning result: Result.Type
    ) -> AsyncFunction<(A, B, C), Result> {
        direct3(target, decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function of three parameters that returns nothing.
    public func function<A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable>(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type
    ) throws(BackplaneError) -> Function<(A, B, C), Void> {
        try direct3(target, decode: LentAnswer.nothing)
    }

    /// Resolves a method or a provided function of three parameters that returns nothing, to an
    /// asynchronous handle.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type
    ) -> AsyncFunction<(A, B, C), Void> {
        direct3(target, decode: LentAnswer.nothing)
    }

    private func direct3<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable, Result
    >(
        _ target: String, decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) throws(BackplaneError) -> Function<(A, B, C), Result> {
        try makeFunction(
            target, arity: 3,
            find: {
                $0.synchronous(as: SynchronousForm3<A, B, C, Result>.self)
                    .map { SynchronousClosure3($0) }
            },
            encode: Wire.encoder3(), decode: decode)
    }

    private func direct3<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable, Result: Sendable
    >(
        _ target: String, decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) -> AsyncFunction<(A, B, C), Result> {
        makeAsyncFunction(
            target,
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm3<A, B, C, Result>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1, arguments.2) }
            },
            encode: Wire.encoder3(), decode: decode)
    }
}

extension Comm {
    /// Resolves a method or a provided function of four parameters.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type,
        returning result: Result.Type
    ) throws(BackplaneError) -> Function<(A, B, C, D), Result> {
        try direct4(target, decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function of four parameters to an asynchronous handle.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type,
        returning result: Result.Type
    ) -> AsyncFunction<(A, B, C, D), Result> {
        direct4(target, decode: LentAnswer.decoded)
    }

    /// Resolves a method or a provided function of four parameters that returns nothing.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type
    ) throws(BackplaneError) -> Function<(A, B, C, D), Void> {
        try direct4(target, decode: LentAnswer.nothing)
    }

    /// Resolves a method or a provided function of four parameters that returns nothing, to an
    /// asynchronous handle.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type
    ) -> AsyncFunction<(A, B, C, D), Void> {
        direct4(target, decode: LentAnswer.nothing)
    }

    private func direct4<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable, Result
    >(
        _ target: String, decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) throws(BackplaneError) -> Function<(A, B, C, D), Result> {
        try makeFunction(
            target, arity: 4,
            find: {
                $0.synchronous(as: SynchronousForm4<A, B, C, D, Result>.self)
                    .map { SynchronousClosure4($0) }
            },
            encode: Wire.encoder4(), decode: decode)
    }

    private func direct4<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable, Result: Sendable
    >(
        _ target: String, decode: @escaping @Sendable (LentAnswer) throws(BackplaneError) -> Result
    ) -> AsyncFunction<(A, B, C, D), Result> {
        makeAsyncFunction(
            target,
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm4<A, B, C, D, Result>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1, arguments.2, arguments.3) }
            },
            encode: Wire.encoder4(), decode: decode)
    }
}
