// SPDX-License-Identifier: Apache-2.0

// Calls that put no tuple together.

extension Function {
    /// Calls the function.
    ///
    /// - Throws: The provider's outcome. An error that its code threw is `failed`.
    public func callAsFunction<A, B>(_ a: A, _ b: B) throws(BackplaneError) -> Result
    where Arguments == (A, B) {
        guard arity == 2, let route = unsafe enter() else { return try encoded((a, b)) }
        defer { unsafe leave(route) }
        do {
            return try unsafe route._withUnsafeGuaranteedRef {
                // SAFETY: with this arity, `find` finds closures of this class.
                try unsafe $0.as(SynchronousClosure2<A, B, Result>.self).call(a, b)
            }
        } catch {
            throw .thrownDirectly(error)
        }
    }
}

extension Function {
    /// Calls the function.
    ///
    /// - Throws: The provider's outcome. An error that its code threw is `failed`.
    public func callAsFunction<A, B, C>(_ a: A, _ b: B, _ c: C) throws(BackplaneError) -> Result
    where Arguments == (A, B, C) {
        guard arity == 3, let route = unsafe enter() else { return try encoded((a, b, c)) }
        defer { unsafe leave(route) }
        do {
            return try unsafe route._withUnsafeGuaranteedRef {
                // SAFETY: with this arity, `find` finds closures of this class.
                try unsafe $0.as(SynchronousClosure3<A, B, C, Result>.self).call(a, b, c)
            }
        } catch {
            throw .thrownDirectly(error)
        }
    }
}

extension Function {
    /// Calls the function.
    ///
    /// - Throws: The provider's outcome. An error that its code threw is `failed`.
    public func callAsFunction<A, B, C, D>(_ a: A, _ b: B, _ c: C, _ d: D) throws(BackplaneError)
        -> Result
    where Arguments == (A, B, C, D) {
        guard arity == 4, let route = unsafe enter() else { return try encoded((a, b, c, d)) }
        defer { unsafe leave(route) }
        do {
            return try unsafe route._withUnsafeGuaranteedRef {
                // SAFETY: with this arity, `find` finds closures of this class.
                try unsafe $0.as(SynchronousClosure4<A, B, C, D, Result>.self).call(a, b, c, d)
            }
        } catch {
            throw .thrownDirectly(error)
        }
    }
}
