// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A handle to a method or a provided function that is called without suspending.
///
/// `Arguments` is the tuple of the parameters' types. Resolved once with ``Comm/function(_:taking:returning:)`` and called often. When the provider is
/// in the same process and the types match, a call is the provider's closure, with nothing encoded
/// and arguments passed by reference; otherwise it encodes, and blocks its thread for the answer.
///
/// ```swift
/// let encode = try comm.function("tokenizer.encode", taking: String.self, returning: [Int].self)
/// let ids = try encode("hello")
/// ```
@safe
public final class Function<Arguments, Result>: Sendable {
    private let cell: Cell?
    // SAFETY: a route is never freed, like the binding that it is for.
    private let latest = unsafe Atomic<Unmanaged<Route>?>(nil)
    private let encoded: @Sendable (Arguments) throws(BackplaneError) -> Result

    init(
        cell: Cell?,
        encoded: @escaping @Sendable (Arguments) throws(BackplaneError) -> Result
    ) {
        self.cell = cell
        self.encoded = encoded
    }

    /// Whether a call now is the provider's closure itself.
    ///
    /// It changes with the provider: stopped, or reloaded with other types, it is called through
    /// the host.
    public var isDirect: Bool {
        guard let binding = cell?.enter() else { return false }
        defer { binding.leave() }
        return !route(binding).isEmpty
    }

    /// Calls the function.
    ///
    /// - Throws: The provider's outcome. An error that its code threw is `failed`.
    public func callAsFunction<each Argument>(
        _ arguments: repeat each Argument
    ) throws(BackplaneError) -> Result where Arguments == (repeat each Argument) {
        try call((repeat each arguments))
    }

    private func call(_ arguments: Arguments) throws(BackplaneError) -> Result {
        guard let binding = cell?.enter() else { return try encoded(arguments) }
        guard let closure = route(binding).synchronous else {
            // The guard is not held while waiting: the provider's drain may be what is waited for.
            binding.leave()
            return try encoded(arguments)
        }
        defer { binding.leave() }
        do {
            return try closure(arguments)
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// What the binding's boxes hold for this handle's types, looked up once for each generation.
    private func route(_ binding: Binding) -> Route {
        if let latest = unsafe latest.load(ordering: .acquiring) {
            let route = unsafe latest._withUnsafeGuaranteedRef { $0 }
            if route.binding == binding { return route }
        }
        let route = Route(binding)
        unsafe latest.store(Unmanaged.passRetained(route), ordering: .releasing)
        return route
    }

    private final class Route: Sendable {
        let binding: Binding
        let synchronous: SynchronousForm<Arguments, Result>?

        init(_ binding: Binding) {
            self.binding = binding
            synchronous = binding.synchronous(
                as: SynchronousForm<Arguments, Result>.self)
        }

        var isEmpty: Bool { synchronous == nil }
    }
}
