// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// A handle to a method or a provided function that may suspend.
///
/// As ``Function``, for asynchronous code: it calls synchronous and asynchronous closures directly,
/// and suspends where a call has to go through the host.
///
/// ```swift
/// let double = comm.asyncFunction("compute.double", taking: Double.self, returning: Double.self)
/// let four = try await double(2)
/// ```
@safe
public final class AsyncFunction<Arguments: Sendable, Result: Sendable>: Sendable {
    typealias Find = @Sendable (Binding) -> SynchronousForm<Arguments, Result>?

    private let cell: Cell?
    private let findSynchronous: Find
    private let latest = Mutex<AsyncRoute<Arguments, Result>?>(nil)
    private let encoded: @Sendable (Arguments) async throws(BackplaneError) -> Result

    init(
        cell: Cell?, findSynchronous: @escaping Find,
        encoded: @escaping @Sendable (Arguments) async throws(BackplaneError) -> Result
    ) {
        self.cell = cell
        self.findSynchronous = findSynchronous
        self.encoded = encoded
    }

    /// Whether a call now is the provider's closure itself.
    ///
    /// It changes with the provider: stopped, or reloaded with other types, it is called through
    /// the host.
    public var isDirect: Bool {
        guard let route = enter() else { return false }
        route.binding.leave()
        return true
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
        guard let route = enter() else { return try await encoded(arguments) }
        defer { route.binding.leave() }
        do {
            switch route.closure {
            case .synchronous(let closure): return try closure.call(arguments)
            case .asynchronous(let closure): return try await closure.call(arguments)
            case .none: throw BackplaneError.noRoute
            }
        } catch {
            throw .thrownDirectly(error)
        }
    }

    /// The route to the closure in charge, its drain guard taken; nothing where there is none.
    private func enter() -> AsyncRoute<Arguments, Result>? {
        guard let binding = cell?.enter() else { return nil }
        let route = route(binding)
        guard case .none = route.closure else { return route }
        // The guard is not held while waiting: the provider's drain may be what is waited for.
        binding.leave()
        return nil
    }

    private func route(_ binding: Binding) -> AsyncRoute<Arguments, Result> {
        latest.withLock { latest in
            if let latest, latest.binding == binding { return latest }
            let route = AsyncRoute(binding, synchronous: findSynchronous(binding))
            latest = route
            return route
        }
    }
}

/// What an asynchronous handle has found in one binding.
private final class AsyncRoute<Arguments, Result>: Sendable {
    enum Closure: Sendable {
        case synchronous(SynchronousClosure<Arguments, Result>)
        case asynchronous(AsynchronousClosure<Arguments, Result>)
        case none
    }

    let binding: Binding
    let closure: Closure

    init(_ binding: Binding, synchronous: SynchronousForm<Arguments, Result>?) {
        self.binding = binding
        if let synchronous {
            closure = .synchronous(SynchronousClosure(synchronous))
        } else if let asynchronous = binding.asynchronous(
            as: AsynchronousForm<Arguments, Result>.self)
        {
            closure = .asynchronous(AsynchronousClosure(asynchronous))
        } else {
            closure = .none
        }
    }
}
