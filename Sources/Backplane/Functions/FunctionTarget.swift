// SPDX-License-Identifier: Apache-2.0

/// Where a box leads, until it is retired.
///
/// SAFETY: cleared only when the host's drain guard says that no direct call is running, and that
/// none will come; so a reader finds it either as it was made or cleared, never in between.
@safe
final class FunctionTarget<Closure: AnyObject & Sendable>: @unchecked Sendable {
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
