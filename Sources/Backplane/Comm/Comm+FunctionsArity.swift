// SPDX-License-Identifier: Apache-2.0

// Handles for two, three and four parameters, whose direct calls put no tuple together.

extension Comm {
    /// Resolves a method or a provided function of two parameters.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, returning result: Result.Type
    ) throws(BackplaneError) -> Function<(A, B), Result> {
        let function = Function<(A, B), Result>(
            cell: cell(target), arity: 2,
            find: {
                $0.synchronous(as: SynchronousForm2<A, B, Result>.self)
                    .map { SynchronousClosure2($0) }
            }
        ) { (arguments: (A, B)) throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(arguments.0, arguments.1)
            return try outcomeBlocking(target, payload).get(as: Result.self)
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function of two parameters, for asynchronous code.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, returning result: Result.Type
    ) -> AsyncFunction<(A, B), Result> {
        AsyncFunction(
            cell: cell(target),
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm2<A, B, Result>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1) }
            }
        ) { (arguments: (A, B)) async throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(arguments.0, arguments.1)
            return try await outcome(target, payload, nil).get(as: Result.self)
        }
    }
}

extension Comm {
    /// Resolves a method or a provided function of two parameters that returns nothing.
    public func function<A: Encodable & Sendable, B: Encodable & Sendable>(
        _ target: String, taking a: A.Type, _ b: B.Type
    ) throws(BackplaneError) -> Function<(A, B), Void> {
        let function = Function<(A, B), Void>(
            cell: cell(target), arity: 2,
            find: {
                $0.synchronous(as: SynchronousForm2<A, B, Void>.self)
                    .map { SynchronousClosure2($0) }
            }
        ) { (arguments: (A, B)) throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(arguments.0, arguments.1)
            try outcomeBlocking(target, payload).check()
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function of two parameters that returns nothing, for asynchronous code.
    public func asyncFunction<A: Encodable & Sendable, B: Encodable & Sendable>(
        _ target: String, taking a: A.Type, _ b: B.Type
    ) -> AsyncFunction<(A, B), Void> {
        AsyncFunction(
            cell: cell(target),
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm2<A, B, Void>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1) }
            }
        ) { (arguments: (A, B)) async throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(arguments.0, arguments.1)
            try await outcome(target, payload, nil).check()
        }
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
        let function = Function<(A, B, C), Result>(
            cell: cell(target), arity: 3,
            find: {
                $0.synchronous(as: SynchronousForm3<A, B, C, Result>.self)
                    .map { SynchronousClosure3($0) }
            }
        ) { (arguments: (A, B, C)) throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2)
            return try outcomeBlocking(target, payload).get(as: Result.self)
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function of three parameters, for asynchronous code.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, returning result: Result.Type
    ) -> AsyncFunction<(A, B, C), Result> {
        AsyncFunction(
            cell: cell(target),
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm3<A, B, C, Result>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1, arguments.2) }
            }
        ) { (arguments: (A, B, C)) async throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2)
            return try await outcome(target, payload, nil).get(as: Result.self)
        }
    }
}

extension Comm {
    /// Resolves a method or a provided function of three parameters that returns nothing.
    public func function<A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable>(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type
    ) throws(BackplaneError) -> Function<(A, B, C), Void> {
        let function = Function<(A, B, C), Void>(
            cell: cell(target), arity: 3,
            find: {
                $0.synchronous(as: SynchronousForm3<A, B, C, Void>.self)
                    .map { SynchronousClosure3($0) }
            }
        ) { (arguments: (A, B, C)) throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2)
            try outcomeBlocking(target, payload).check()
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function of three parameters that returns nothing, for asynchronous code.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type
    ) -> AsyncFunction<(A, B, C), Void> {
        AsyncFunction(
            cell: cell(target),
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm3<A, B, C, Void>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1, arguments.2) }
            }
        ) { (arguments: (A, B, C)) async throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2)
            try await outcome(target, payload, nil).check()
        }
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
        let function = Function<(A, B, C, D), Result>(
            cell: cell(target), arity: 4,
            find: {
                $0.synchronous(as: SynchronousForm4<A, B, C, D, Result>.self)
                    .map { SynchronousClosure4($0) }
            }
        ) { (arguments: (A, B, C, D)) throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2, arguments.3)
            return try outcomeBlocking(target, payload).get(as: Result.self)
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function of four parameters, for asynchronous code.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type,
        returning result: Result.Type
    ) -> AsyncFunction<(A, B, C, D), Result> {
        AsyncFunction(
            cell: cell(target),
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm4<A, B, C, D, Result>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1, arguments.2, arguments.3) }
            }
        ) { (arguments: (A, B, C, D)) async throws(BackplaneError) -> Result in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2, arguments.3)
            return try await outcome(target, payload, nil).get(as: Result.self)
        }
    }
}

extension Comm {
    /// Resolves a method or a provided function of four parameters that returns nothing.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type
    ) throws(BackplaneError) -> Function<(A, B, C, D), Void> {
        let function = Function<(A, B, C, D), Void>(
            cell: cell(target), arity: 4,
            find: {
                $0.synchronous(as: SynchronousForm4<A, B, C, D, Void>.self)
                    .map { SynchronousClosure4($0) }
            }
        ) { (arguments: (A, B, C, D)) throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2, arguments.3)
            try outcomeBlocking(target, payload).check()
        }
        try refuseBlocking(target, function.isDirect)
        return function
    }

    /// Resolves a method or a provided function of four parameters that returns nothing, for asynchronous code.
    public func asyncFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type
    ) -> AsyncFunction<(A, B, C, D), Void> {
        AsyncFunction(
            cell: cell(target),
            findSynchronous: { binding in
                guard let form = binding.synchronous(as: SynchronousForm4<A, B, C, D, Void>.self)
                else { return nil }
                return { arguments in try form(arguments.0, arguments.1, arguments.2, arguments.3) }
            }
        ) { (arguments: (A, B, C, D)) async throws(BackplaneError) -> Void in
            let payload = try Wire.arguments(arguments.0, arguments.1, arguments.2, arguments.3)
            try await outcome(target, payload, nil).check()
        }
    }
}
