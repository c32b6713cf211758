// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Who provides which function, and the cells through which plugins of this process call each other
/// directly (see `backplane/functions.h`).
///
/// Cells and bindings are immortal: a plugin keeps a cell for ever, and a few dozen bytes for each
/// generation buy a call without locks.
final class FunctionRegistry: Sendable {
    fileprivate struct Cell: Sendable {
        let cell: DirectCell
        var binding: DirectBinding?
        /// The number of the generation whose closure is bound.
        ///
        /// No reference: a weak one would make every call's count of the generation slower.
        var owner: Int?
    }

    fileprivate struct State {
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
        let (cell, generation) = state.withLock { state -> (DirectCell?, Generation?) in
            if let known = state.cells[target] { return (known.cell, nil) }
            guard let cell = DirectCell() else { return (nil, nil) }
            state.cells[target] = Cell(cell: cell)
            let service = target.service ?? state.providers[target.method]
            return (cell, service.flatMap { state.generations[$0] })
        }
        var none = DirectCalls()
        if let generation { bind(target, to: generation, replaced: &none) }
        return cell
    }

    /// Puts a generation in charge of its service's methods and functions.
    ///
    /// A cell that had a closure of the last generation has one of this one in the next instant:
    /// direct callers find no gap.
    ///
    /// - Parameter refused: Called with each function that another service provides already.
    /// - Returns: The direct calls of the generation that was in charge before.
    @discardableResult
    func publish(
        _ generation: Generation, refused: @escaping @Sendable (String) -> Void
    ) -> DirectCalls {
        let service = generation.service.name
        let targets = state.withLock { $0.targets(of: service) }
        // Asks the plugin, which may ask us: not under the lock.
        let functions = targets.map { Self.direct($0, of: generation) }
        let provided = Set(generation.functions.all.keys)
        var replaced = state.withLock { state in
            state.generations[service] = generation
            var replaced = DirectCalls()
            for (target, function) in zip(targets, functions) {
                state.bind(target, to: function, of: generation, replaced: &replaced)
            }
            // What the last generation provided and this one does not is gone.
            state.providers = state.providers.filter {
                $0.value != service || provided.contains($0.key)
            }
            return replaced
        }
        // A cell that was made meanwhile asked whoever was in charge then.
        let late = state.withLock { $0.targets(of: service) }.filter { !targets.contains($0) }
        for target in late { bind(target, to: generation, replaced: &replaced) }
        // By its number: the functions belong to the generation.
        let number = generation.number
        generation.functions.publish { [weak self] name, function in
            let isTaken = self?.state.withLock { state -> Bool in
                guard let generation = state.generations[service], generation.number == number
                else { return false }
                if let other = state.providers[name], other != service { return true }
                state.providers[name] = service
                var none = DirectCalls()
                state.bind(
                    CallTarget(name), to: function.direct, of: generation, replaced: &none)
                return false
            }
            if isTaken == true { refused(name) }
        }
        return replaced
    }

    /// Takes a service's closures away from direct callers, whose calls then go by its gate, until
    /// `publish` puts a generation in charge.
    ///
    /// What it provides stays known.
    ///
    /// - Returns: Tells whether direct calls that began before still run.
    func suspend(_ service: String) -> DirectCalls {
        state.withLock { $0.unbind(service) }
    }

    /// Takes a service's methods and functions away from direct callers.
    ///
    /// - Returns: Tells whether direct calls that began before still run.
    func withdraw(_ service: String) -> DirectCalls {
        state.withLock { state in
            defer { state.providers = state.providers.filter { $0.value != service } }
            return state.unbind(service)
        }
    }

    /// Binds a cell to a generation, unless another one is in charge by then.
    private func bind(
        _ target: CallTarget, to generation: Generation, replaced: inout DirectCalls
    ) {
        // Asks the plugin, which may ask us: not under the lock.
        let function = Self.direct(target, of: generation)
        state.withLock {
            $0.bind(target, to: function, of: generation, replaced: &replaced)
        }
    }

    private static func direct(_ target: CallTarget, of generation: Generation) -> DirectFunction? {
        if target.service == nil { return generation.functions.all[target.method]?.direct }
        guard let method = generation.method(target.method) else { return nil }
        return generation.slot.direct(method)
    }
}

extension FunctionRegistry.State {
    /// The cells of a service's methods and functions.
    fileprivate func targets(of service: String) -> [CallTarget] {
        cells.keys.filter {
            $0.service == service || ($0.service == nil && providers[$0.method] == service)
        }
    }

    /// Empties the cells of a service.
    fileprivate mutating func unbind(_ service: String) -> DirectCalls {
        var calls = DirectCalls()
        generations[service] = nil
        for target in targets(of: service) {
            guard let cell = cells[target], let binding = cell.binding else { continue }
            calls.bindings.append(binding)
            cell.cell.set(nil)
            cells[target] = FunctionRegistry.Cell(cell: cell.cell)
        }
        return calls
    }

    /// Puts a closure of the generation in charge into a cell, if there is such a cell.
    fileprivate mutating func bind(
        _ target: CallTarget, to function: DirectFunction?, of generation: Generation,
        replaced: inout DirectCalls
    ) {
        guard var cell = cells[target], generations[generation.service.name] === generation,
            // A second binding of the same closure would have a count of its own.
            cell.binding == nil || cell.owner != generation.number
        else { return }
        if let binding = cell.binding { replaced.bindings.append(binding) }
        cell.owner = generation.number
        cell.binding = function.flatMap { DirectBinding($0) }
        cell.cell.set(cell.binding)
        cells[target] = cell
    }
}
