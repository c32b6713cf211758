// SPDX-License-Identifier: Apache-2.0

/// A closure published for direct calls: an immortal `Any` that other images read.
///
/// The `Any` holds the canonical form of the closure's type: `@Sendable`, untyped `throws`, and
/// for one that may suspend `async`. What it leads to is let go by ``retire()``, so that
/// an instance is freed although its boxes are for ever.
///
/// SAFETY: written once, before it is published; immutable afterwards.
@safe
package struct FunctionBox: @unchecked Sendable {
    /// The address that crosses the ABI.
    let pointer: UnsafeRawPointer
    private let release: @Sendable () -> Void

    init(_ form: Any, release: @escaping @Sendable () -> Void) {
        let box = UnsafeMutablePointer<Any>.allocate(capacity: 1)
        unsafe box.initialize(to: form)
        unsafe pointer = UnsafeRawPointer(box)
        self.release = release
    }

    /// Lets go of the closure.
    ///
    /// No direct call of it is running, and later ones throw.
    func retire() { release() }

    /// Boxes a closure that returns without suspending.
    static func synchronous<Arguments, Result>(
        _ body: @escaping SynchronousForm<Arguments, Result>
    ) -> FunctionBox {
        let target = FunctionTarget(SynchronousClosure(body))
        let form: SynchronousForm<Arguments, Result> = { arguments in
            try target.with { try $0.call(arguments) }
        }
        return FunctionBox(form) { target.clear() }
    }

    /// Boxes a closure that may suspend.
    static func asynchronous<Arguments, Result>(
        _ body: @escaping AsynchronousForm<Arguments, Result>
    ) -> FunctionBox {
        let target = FunctionTarget(AsynchronousClosure(body))
        let form: AsynchronousForm<Arguments, Result> = { arguments in
            try await target.strong().call(arguments)
        }
        return FunctionBox(form) { target.clear() }
    }
}
