// SPDX-License-Identifier: Apache-2.0

import Backplane

// Handles for two to four parameters, whose direct calls put no tuple together.

extension ServiceManager {
    /// Resolves a method or a function of two parameters.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, returning result: Result.Type
    ) throws(BackplaneError) -> Function<(A, B), Result> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: a, b, returning: result)
        }
    }

    /// Resolves a method or a function of two parameters that returns nothing.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type
    ) throws(BackplaneError) -> Function<(A, B), Void> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: a, b)
        }
    }

    /// Resolves a method or a function of three parameters.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, returning result: Result.Type
    ) throws(BackplaneError) -> Function<(A, B, C), Result> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: a, b, c, returning: result)
        }
    }

    /// Resolves a method or a function of three parameters that returns nothing.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type
    ) throws(BackplaneError) -> Function<(A, B, C), Void> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: a, b, c)
        }
    }

    /// Resolves a method or a function of four parameters.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type,
        returning result: Result.Type
    ) throws(BackplaneError) -> Function<(A, B, C, D), Result> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: a, b, c, d, returning: result)
        }
    }

    /// Resolves a method or a function of four parameters that returns nothing.
    public func function<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable
    >(
        _ target: String, taking a: A.Type, _ b: B.Type, _ c: C.Type, _ d: D.Type
    ) throws(BackplaneError) -> Function<(A, B, C, D), Void> {
        try functions.handle(target) { (line) throws(BackplaneError) in
            try line.function(target, taking: a, b, c, d)
        }
    }
}
