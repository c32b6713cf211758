// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A handle to a method or a provided function that is called without suspending.
///
/// Resolved once with ``Comm/function(_:taking:returning:)`` and called often. When the provider is
/// in the same process and the types match, a call is the provider's closure, with nothing encoded
/// and arguments passed by reference; otherwise it encodes, and blocks its thread for the answer.
/// `Arguments` is the tuple of the parameters' types.
///
/// ```swift
/// let encode = try comm.function("tokenizer.encode", taking: String.self, returning: [Int].self)
/// let ids = try encode("hello")
/// ```
@safe
public final class Function<Arguments, Result>: Sendable {
    typealias Find = @Sendable (Binding) -> (any AnyObject & Sendable)?

    /// How many parameters the closures have that `find` finds; 1 for a tuple.
    let arity: Int
    let encoded: @Sendable (Arguments) throws(BackplaneError) -> Result
    private let cell: Cell?
    private let find: Find
    // SAFETY: a route is never freed, like the binding that it is for.
    private let latest = unsafe Atomic<Unmanaged<Route>?>(nil)

    init(
        cell: Cell?, arity: Int, find: @escaping Find,
        encoded: @escaping @Sendable (Arguments) throws(BackplaneError) -> Result
    ) {
        self.cell = cell
        self.arity = arity
        self.find = find
        self.encoded = encoded
    }

    /// Whether a call now is the provider's closure itself.
    ///
    /// It changes with the provider: stopped, or reloaded with other types, it is called through
    /// the host.
    public var isDirect: Bool {
        guard let route = unsafe enter() else { return false }
        unsafe leave(route)
        return true
    }

    /// Calls the function.
    ///
    /// - Throws: The provider's outcome. An error that its code threw is `failed`.
    public func callAsFunction<each Argument>(
        _ arguments: repeat each Argument
    ) throws(BackplaneError) -> Result where Arguments == (repeat each Argument) {
        try callAsFunction((repeat each arguments))
    }

    /// Calls the function with its argument, or with the tuple of its arguments.
    public func callAsFunction(_ arguments: Arguments) throws(BackplaneError) -> Result {
        guard arity == 1, let route = unsafe enter() else { return try encoded(arguments) }
        defer { unsafe leave(route) }
        do {
            return try unsafe route._withUnsafeGuaranteedRef {
                // SAFETY: with this arity, `find` finds closures of this class.
                try unsafe $0.as(SynchronousClosure<Arguments, Result>.self).call(arguments)
            }
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// The route to the closure in charge, its drain guard taken; nothing where there is none.
    func enter() -> Unmanaged<Route>? {
        guard let binding = cell?.enter() else { return nil }
        let route = unsafe route(binding)
        guard unsafe route._withUnsafeGuaranteedRef({ $0.closure != nil }) else {
            // The guard is not held while waiting: the provider's drain may be what is waited for.
            binding.leave()
            return nil
        }
        return unsafe route
    }

    func leave(_ route: Unmanaged<Route>) {
        unsafe route._withUnsafeGuaranteedRef { $0.binding.leave() }
    }

    private func route(_ binding: Binding) -> Unmanaged<Route> {
        if let known = unsafe latest.load(ordering: .acquiring),
            unsafe known._withUnsafeGuaranteedRef({ $0.binding == binding })
        {
            return unsafe known
        }
        let route = unsafe Unmanaged.passRetained(Route(binding, closure: find(binding)))
        unsafe latest.store(route, ordering: .releasing)
        return unsafe route
    }
}

extension Route {
    /// The closure, as what it is known to be.
    ///
    /// SAFETY: the caller says what `find` made it.
    @unsafe
    @inline(__always)
    func `as`<Closure: AnyObject>(_ type: Closure.Type) -> Closure {
        unsafe unsafeDowncast(closure.unsafelyUnwrapped, to: type)
    }
}
