// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

// Closures of one to four parameters, which are boxed for direct calls without a tuple.

extension FunctionBody {
    /// Takes a closure of one parameter that returns without suspending.
    static func direct<A: Decodable & Sendable, Result>(
        _ names: [String], encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (A) throws -> Result
    ) -> FunctionBody {
        synchronous(
            decode: { (payload) throws(BackplaneError) -> A in
                try decodeArgument(payload, names: names)
            }, encode: encode, box: { .synchronous(body) }
        ) { (arguments: A) throws -> Result in
            try body(arguments)
        }
    }

    /// Takes a closure of two parameters that returns without suspending.
    static func direct<A: Decodable & Sendable, B: Decodable & Sendable, Result>(
        _ names: [String], encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (A, B) throws -> Result
    ) -> FunctionBody {
        synchronous(
            decode: { (payload) throws(BackplaneError) -> (A, B) in
                try decodeArguments(payload, names: names)
            }, encode: encode, box: { .synchronous(body) }
        ) { (arguments: (A, B)) throws -> Result in
            try body(arguments.0, arguments.1)
        }
    }

    /// Takes a closure of three parameters that returns without suspending.
    static func direct<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable, Result
    >(
        _ names: [String], encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (A, B, C) throws -> Result
    ) -> FunctionBody {
        synchronous(
            decode: { (payload) throws(BackplaneError) -> (A, B, C) in
                try decodeArguments(payload, names: names)
            }, encode: encode, box: { .synchronous(body) }
        ) { (arguments: (A, B, C)) throws -> Result in
            try body(arguments.0, arguments.1, arguments.2)
        }
    }

    /// Takes a closure of four parameters that returns without suspending.
    static func direct<
        A: Decodable & Sendable, B: Decodable & Sendable, C: Decodable & Sendable,
        D: Decodable & Sendable, Result
    >(
        _ names: [String], encode: @escaping @Sendable (Result) throws(BackplaneError) -> Bytes,
        _ body: @escaping @Sendable (A, B, C, D) throws -> Result
    ) -> FunctionBody {
        synchronous(
            decode: { (payload) throws(BackplaneError) -> (A, B, C, D) in
                try decodeArguments(payload, names: names)
            }, encode: encode, box: { .synchronous(body) }
        ) { (arguments: (A, B, C, D)) throws -> Result in
            try body(arguments.0, arguments.1, arguments.2, arguments.3)
        }
    }
}
