// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Who provides which function, and the cells through which plugins of this process call each other
/// directly (see `backplane/functions.h`).
///
/// Cells and bindings are immortal: a plugin keeps a cell for ever, and a few dozen bytes for each
/// generation buy a call without locks.
final class FunctionRegistry: Sendable {
    private struct Cell: Sendable {
        let cell: DirectCell
        var binding: DirectBinding?
    }

    private struct State {
        var providers: [String: String] = [:]
        var cells: [CallTarget: Cell] = [:]
        /// What each service in charge offers directly.
        var generations: [String: Generation] = [:]
    }

    private let state = Mutex<State>(State())

    /// The service that provides a function.
    func provider(of function: String) -> String? { state.withLock { $0.providers[function] } }

    /// The names of all provided functions.
    var names: [String] { state.withLock { Array($0.providers.keys) } }

    /// The functions that one service provides.
    func names(of service: String) -> [String] {
        state.withLock { state in state.providers.filter { $0.value == service }.map(\.key) }
            .sorted()
    }

    /// The cell of a target, perhaps with nothing to call in it yet.
    func cell(of target: CallTarget) -> DirectCell? {
        state.withLock { state in
            if let known = state.cells[target] { return known.cell }
            guard let cell = DirectCell() else { return nil }
            state.cells[target] = Cell(cell: cell)
            let service = target.service ?? state.providers[target.method]
            if let service, let generation = state.generations[service] {
                Self.bind(target, to: Self.direct(target, of: generation), in: &state)
            }
            return cell
        }
    }

    /// Puts a generation in charge of its service's methods and functions.
    ///
    /// - Parameter refused: Called with each function that another service provides already.
    func publish(_ generation: Generation, refused: @escaping @Sendable (String) -> Void) {
        let service = generation.service.name
        state.withLock { state in
            state.generations[service] = generation
            for target in state.cells.keys where target.service == service {
                Self.bind(target, to: Self.direct(target, of: generation), in: &state)
            }
        }
        generation.functions.publish { [weak self] name, function in
            let isTaken = self?.state.withLock { state -> Bool in
                guard state.generations[service] === generation else { return false }
                if let other = state.providers[name], other != service { return true }
                state.providers[name] = service
                let target = CallTarget(name)
                if state.cells[target] != nil {
                    Self.bind(target, to: function.direct, in: &state)
                }
                return false
            }
            if isTaken == true { refused(name) }
        }
    }

    /// Takes a service's methods and functions away from direct callers.
    ///
    /// - Returns: Tells whether direct calls that began before still run.
    func withdraw(_ service: String) -> DirectCalls {
        state.withLock { state in
            var calls = DirectCalls()
            state.generations[service] = nil
            for (target, cell) in state.cells
            where target.service == service
                || (target.service == nil && state.providers[target.method] == service)
            {
                if let binding = cell.binding { calls.bindings.append(binding) }
                Self.bind(target, to: nil, in: &state)
            }
            state.providers = state.providers.filter { $0.value != service }
            return calls
        }
    }

    private static func direct(_ target: CallTarget, of generation: Generation) -> DirectFunction? {
        if target.service == nil { return generation.functions.all[target.method]?.direct }
        guard let method = generation.method(target.method) else { return nil }
        return generation.slot.direct(method)
    }

    private static func bind(
        _ target: CallTarget, to function: DirectFunction?, in state: inout State
    ) {
        guard var cell = state.cells[target] else { return }
        cell.binding = function.flatMap { DirectBinding($0) }
        cell.cell.set(cell.binding)
        state.cells[target] = cell
    }
}
