// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Synchronization

/// The functions of the program itself, and its handles to those of others.
final class ProgramFunctions: Sendable {
    /// Provides a function to the host; in a class of its own, for a closure in a mutex would be
    /// wrapped anew at each access.
    private final class Publication: Sendable {
        let publish: @Sendable (Comm) throws(BackplaneError) -> Void

        init(_ publish: @escaping @Sendable (Comm) throws(BackplaneError) -> Void) {
            self.publish = publish
        }
    }

    private struct Provided {
        /// A closure class of the SDK, by the types of which callers find it; none for a function that
        /// suspends, which is called through the line.
        let closure: (any AnyObject & Sendable)?
        let publication: Publication
    }

    private struct State {
        var provided: [String: Provided] = [:]
        var handles: [String: any AnyObject & Sendable] = [:]
        /// The program's line to its host, once it runs.
        var line: Comm?
    }

    private let state = Mutex(State())

    /// Takes a function in, for the program at once, for plugins as soon as there is a host.
    ///
    /// - Throws: `invalid-argument` when the name is in use or malformed.
    func provide(
        _ name: String, _ closure: (any AnyObject & Sendable)?,
        publish: @escaping @Sendable (Comm) throws(BackplaneError) -> Void
    ) throws(BackplaneError) {
        guard FunctionName.isValid(name) else {
            throw BackplaneError(
                .invalidArgument,
                "'\(name)' is no name for a function: it has letters, digits, - and _")
        }
        let publication = Publication(publish)
        let (isNew, line) = state.withLock { state -> (Bool, Comm?) in
            guard state.provided[name] == nil else { return (false, nil) }
            state.provided[name] = Provided(closure: closure, publication: publication)
            return (true, state.line)
        }
        guard isNew else {
            throw BackplaneError(
                .invalidArgument,
                "the function '\(name)' is provided already; give the new one another name")
        }
        if let line { try publication.publish(line) }
    }

    /// Publishes all functions on the line, and those that come from now on.
    func open(_ line: Comm) throws(BackplaneError) {
        let all = state.withLock { state in
            state.line = line
            return state.provided.values.map(\.publication)
        }
        for publication in all { try publication.publish(line) }
    }

    /// The program's own function of that name, if it has exactly these types.
    func find<Closure: AnyObject>(_ name: String, as type: Closure.Type) -> Closure? {
        state.withLock { $0.provided[name]?.closure } as? Closure
    }

    /// The handle to a function or method, made on the first request.
    ///
    /// - Throws: `unavailable` when there is no host yet.
    func handle<Arguments, Result>(
        _ target: String,
        _ make: (Comm) throws(BackplaneError) -> Function<Arguments, Result>
    ) throws(BackplaneError) -> Function<Arguments, Result> {
        let known = state.withLock { $0.handles[target] }
        if let known = known as? Function<Arguments, Result> { return known }
        let handle = try make(try line(to: target))
        state.withLock { $0.handles[target] = handle }
        return handle
    }

    /// The program's line to its host, to resolve a function or method on.
    ///
    /// - Throws: `unavailable` when there is no host yet.
    func line(to target: String) throws(BackplaneError) -> Comm {
        if let line = state.withLock({ $0.line }) { return line }
        throw BackplaneError(
            .unavailable,
            "'\(target)' can't be resolved before the services are started, unless the program "
                + "provides it with exactly these types and without suspending; see start()")
    }
}
