// SPDX-License-Identifier: Apache-2.0

/// A closure published for direct calls: an immortal `Any` that other images read.
///
/// The `Any` holds the canonical form of the closure's type: `@Sendable`, untyped `throws`, and
/// for one that may suspend `async`. What it leads to is let go by ``retire()``, so that
/// an instance is freed although its boxes are for ever.
///
/// SAFETY: written once, before it is published; immutable afterwards.
@safe
struct FunctionBox: @unchecked Sendable {
    /// The address that crosses the ABI.
    let pointer: UnsafeRawPointer
    private let release: @Sendable () -> Void

    private init(_ form: Any, release: @escaping @Sendable () -> Void) {
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
        let target = Target(SynchronousClosure(body))
        let form: SynchronousForm<Arguments, Result> = { arguments in
            try target.with { try $0.call(arguments) }
        }
        return FunctionBox(form) { target.clear() }
    }

    /// Boxes a closure that may suspend.
    static func asynchronous<Arguments, Result>(
        _ body: @escaping AsynchronousForm<Arguments, Result>
    ) -> FunctionBox {
        let target = Target(AsynchronousClosure(body))
        let form: AsynchronousForm<Arguments, Result> = { arguments in
            try await target.strong().call(arguments)
        }
        return FunctionBox(form) { target.clear() }
    }
}

/// Where a box leads, until it is retired.
///
/// SAFETY: cleared only when the host's drain guard says that no direct call is running, and that
/// none will come; so a reader finds it either as it was made or cleared, never in between.
@safe
private final class Target<Closure: AnyObject & Sendable>: @unchecked Sendable {
    private var closure: Unmanaged<Closure>?

    init(_ closure: Closure) { unsafe self.closure = unsafe Unmanaged.passRetained(closure) }

    func with<Result>(_ body: (Closure) throws -> Result) throws -> Result {
        guard let closure = unsafe closure else { throw BackplaneError.retired }
        return try unsafe closure._withUnsafeGuaranteedRef { try body($0) }
    }

    func strong() throws -> Closure {
        guard let closure = unsafe closure else { throw BackplaneError.retired }
        return unsafe closure.takeUnretainedValue()
    }

    func clear() {
        unsafe closure?.release()
        unsafe closure = nil
    }
}

extension BackplaneError {
    fileprivate static var retired: BackplaneError {
        BackplaneError(.unavailable, "the generation that provides this function is gone")
    }
}
