// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A handle to a method or a provided function that may suspend.
///
/// As ``Function``, for asynchronous code: it calls synchronous and asynchronous closures directly,
/// and suspends where a call has to go through the host.
///
/// ```swift
/// let double = try comm.asyncFunction("compute.double", taking: Double.self, returning: Double.self)
/// let four = try await double(2)
/// ```
@safe
public final class AsyncFunction<Arguments: Sendable, Result: Sendable>: Sendable {
    private let cell: Cell?
    // SAFETY: a route is never freed, like the binding that it is for.
    private let latest = unsafe Atomic<Unmanaged<Route>?>(nil)
    private let encoded: @Sendable (Arguments) async throws(BackplaneError) -> Result

    init(
        cell: Cell?,
        encoded: @escaping @Sendable (Arguments) async throws(BackplaneError) -> Result
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
    ) async throws(BackplaneError) -> Result where Arguments == (repeat each Argument) {
        try await call((repeat each arguments))
    }

    private func call(_ arguments: Arguments) async throws(BackplaneError) -> Result {
        guard let binding = cell?.enter() else {
            return try await encoded(arguments)
        }
        let route = route(binding)
        guard !route.isEmpty else {
            // The guard is not held while waiting: the provider's drain may be what is waited for.
            binding.leave()
            return try await encoded(arguments)
        }
        defer { binding.leave() }
        do {
            if let synchronous = route.synchronous { return try synchronous(arguments) }
            guard let asynchronous = route.asynchronous else { throw BackplaneError.noRoute }
            return try await asynchronous(arguments)
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
        let asynchronous: AsynchronousForm<Arguments, Result>?

        init(_ binding: Binding) {
            self.binding = binding
            synchronous = binding.synchronous(
                as: SynchronousForm<Arguments, Result>.self)
            asynchronous =
                synchronous == nil
                ? binding.asynchronous(as: AsynchronousForm<Arguments, Result>.self)
                : nil
        }

        var isEmpty: Bool { synchronous == nil && asynchronous == nil }
    }
}
