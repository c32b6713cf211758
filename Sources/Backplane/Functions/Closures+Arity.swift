// SPDX-License-Identifier: Apache-2.0

// What is published for two, three and four parameters: forms without a tuple, which would have to
// be put together at each call, retaining every array in it.

/// The type under which a closure of two parameters is published.
package typealias SynchronousForm2<A, B, Result> =
    @Sendable (A, B) throws -> Result

/// A closure of two parameters, in a class of its own.
package final class SynchronousClosure2<A, B, Result>: Sendable {
    package let call: SynchronousForm2<A, B, Result>

    package init(_ call: @escaping SynchronousForm2<A, B, Result>) { self.call = call }
}

extension FunctionBox {
    /// Boxes a closure of two parameters that returns without suspending.
    static func synchronous<A, B, Result>(
        _ body: @escaping SynchronousForm2<A, B, Result>
    ) -> FunctionBox {
        let target = FunctionTarget(SynchronousClosure2(body))
        let form: SynchronousForm2<A, B, Result> = { a, b in
            try target.with { try $0.call(a, b) }
        }
        return FunctionBox(form) { target.clear() }
    }
}

/// The type under which a closure of three parameters is published.
package typealias SynchronousForm3<A, B, C, Result> =
    @Sendable (A, B, C) throws -> Result

/// A closure of three parameters, in a class of its own.
package final class SynchronousClosure3<A, B, C, Result>: Sendable {
    package let call: SynchronousForm3<A, B, C, Result>

    package init(_ call: @escaping SynchronousForm3<A, B, C, Result>) { self.call = call }
}

extension FunctionBox {
    /// Boxes a closure of three parameters that returns without suspending.
    static func synchronous<A, B, C, Result>(
        _ body: @escaping SynchronousForm3<A, B, C, Result>
    ) -> FunctionBox {
        let target = FunctionTarget(SynchronousClosure3(body))
        let form: SynchronousForm3<A, B, C, Result> = { a, b, c in
            try target.with { try $0.call(a, b, c) }
        }
        return FunctionBox(form) { target.clear() }
    }
}

/// The type under which a closure of four parameters is published.
package typealias SynchronousForm4<A, B, C, D, Result> =
    @Sendable (A, B, C, D) throws -> Result

/// A closure of four parameters, in a class of its own.
package final class SynchronousClosure4<A, B, C, D, Result>: Sendable {
    package let call: SynchronousForm4<A, B, C, D, Result>

    package init(_ call: @escaping SynchronousForm4<A, B, C, D, Result>) { self.call = call }
}

extension FunctionBox {
    /// Boxes a closure of four parameters that returns without suspending.
    static func synchronous<A, B, C, D, Result>(
        _ body: @escaping SynchronousForm4<A, B, C, D, Result>
    ) -> FunctionBox {
        let target = FunctionTarget(SynchronousClosure4(body))
        let form: SynchronousForm4<A, B, C, D, Result> = { a, b, c, d in
            try target.with { try $0.call(a, b, c, d) }
        }
        return FunctionBox(form) { target.clear() }
    }
}
