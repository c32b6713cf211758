// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import CBackplane
internal import Synchronization

/// The functions that a generation has provided, published when it takes over.
final class ProvidedFunctions: Sendable {
    /// One function: how it is invoked, and its direct form.
    struct Function: Sendable {
        let entry: MethodEntry
        let direct: DirectFunction?
    }

    private final class Late: Sendable {
        let publish: @Sendable (String, Function) -> Void
        init(publish: @escaping @Sendable (String, Function) -> Void) { self.publish = publish }
    }

    private struct State {
        var functions: [String: Function] = [:]
        var late: Late?
    }

    private let statistics: @Sendable (String) -> MethodStatistics
    private let state = Mutex<State>(State())

    init(statistics: @escaping @Sendable (String) -> MethodStatistics) {
        self.statistics = statistics
    }

    var all: [String: Function] { state.withLock { $0.functions } }

    func entry(_ name: String) -> MethodEntry? { state.withLock { $0.functions[name]?.entry } }

    /// Takes a function in.
    ///
    /// Each worker of a forked slot provides the same ones; the first counts.
    ///
    /// - Returns: Whether the name is well-formed.
    func provide(_ name: String, number: UInt32, direct: DirectFunction?) -> Bool {
        guard FunctionName.isValid(name), number & UInt32(BACKPLANE_PROVIDED_FUNCTION) == 0 else {
            return false
        }
        let function = Function(
            entry: MethodEntry(
                description: MethodDescription(name: name),
                index: number | UInt32(BACKPLANE_PROVIDED_FUNCTION), statistics: statistics(name)),
            direct: direct)
        let late = state.withLock { state -> Late? in
            guard state.functions[name] == nil else { return nil }
            state.functions[name] = function
            return state.late
        }
        late?.publish(name, function)
        return true
    }

    /// Hands over what there is and, from now on, what comes.
    func publish(_ publish: @escaping @Sendable (String, Function) -> Void) {
        let functions = state.withLock { state in
            state.late = Late(publish: publish)
            return state.functions
        }
        for (name, function) in functions { publish(name, function) }
    }
}
