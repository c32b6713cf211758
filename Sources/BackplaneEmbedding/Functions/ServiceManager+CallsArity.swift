// SPDX-License-Identifier: Apache-2.0

import Backplane

// Calls of functions with two to four parameters, which put no tuple together.

extension ServiceManager {
    /// Calls a function of two parameters.
    public func callFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ name: String, _ a: A, _ b: B, as type: Result.Type = Result.self
    ) throws(BackplaneError) -> Result {
        guard
            let own = functions.find(name, as: SynchronousClosure2<A, B, Result>.self)
        else {
            return try function(name, taking: A.self, B.self, returning: type)(a, b)
        }
        do {
            return try own.call(a, b)
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// Calls a function of two parameters that returns nothing.
    public func callFunction<
        A: Encodable & Sendable, B: Encodable & Sendable
    >(
        _ name: String, _ a: A, _ b: B
    ) throws(BackplaneError) {
        guard
            let own = functions.find(name, as: SynchronousClosure2<A, B, Void>.self)
        else {
            return try function(name, taking: A.self, B.self)(a, b)
        }
        do {
            return try own.call(a, b)
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// Calls a function of three parameters.
    public func callFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        Result: Decodable & Sendable
    >(
        _ name: String, _ a: A, _ b: B, _ c: C, as type: Result.Type = Result.self
    ) throws(BackplaneError) -> Result {
        guard
            let own = functions.find(name, as: SynchronousClosure3<A, B, C, Result>.self)
        else {
            return try function(name, taking: A.self, B.self, C.self, returning: type)(a, b, c)
        }
        do {
            return try own.call(a, b, c)
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// Calls a function of three parameters that returns nothing.
    public func callFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable
    >(
        _ name: String, _ a: A, _ b: B, _ c: C
    ) throws(BackplaneError) {
        guard
            let own = functions.find(name, as: SynchronousClosure3<A, B, C, Void>.self)
        else {
            return try function(name, taking: A.self, B.self, C.self)(a, b, c)
        }
        do {
            return try own.call(a, b, c)
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// Calls a function of four parameters.
    public func callFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable, Result: Decodable & Sendable
    >(
        _ name: String, _ a: A, _ b: B, _ c: C, _ d: D, as type: Result.Type = Result.self
    ) throws(BackplaneError) -> Result {
        guard
            let own = functions.find(name, as: SynchronousClosure4<A, B, C, D, Result>.self)
        else {
            return try function(name, taking: A.self, B.self, C.self, D.self, returning: type)(
                a, b, c, d)
        }
        do {
            return try own.call(a, b, c, d)
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// Calls a function of four parameters that returns nothing.
    public func callFunction<
        A: Encodable & Sendable, B: Encodable & Sendable, C: Encodable & Sendable,
        D: Encodable & Sendable
    >(
        _ name: String, _ a: A, _ b: B, _ c: C, _ d: D
    ) throws(BackplaneError) {
        guard
            let own = functions.find(name, as: SynchronousClosure4<A, B, C, D, Void>.self)
        else {
            return try function(name, taking: A.self, B.self, C.self, D.self)(a, b, c, d)
        }
        do {
            return try own.call(a, b, c, d)
        } catch {
            throw .thrownDirectly(error)
        }
    }
}
