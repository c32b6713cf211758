// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import DequeModule
internal import Synchronization

/// A service as its callers see it: a gate that is open to one generation, holds calls while one is
/// on its way, or is closed and says why.
final class Service: CallReceiver, CallHolder {
    private enum Gate {
        case closed(CallError)
        case holding
        case open(Generation)
    }

    private struct State {
        var gate: Gate
        /// The calls that wait for a generation.
        var held = Deque<Call>()
        var statistics: [String: MethodStatistics] = [:]

        mutating func change(to gate: Gate) -> Deque<Call> {
            self.gate = gate
            defer { held = [] }
            return held
        }
    }

    let name: String
    let configuration: ServiceConfiguration
    private let state: Mutex<State>

    init(_ configuration: ServiceConfiguration) {
        name = configuration.name
        self.configuration = configuration
        state = Mutex(
            State(
                gate: .closed(.unavailable(configuration.name, because: "it was not started yet"))))
    }

    /// The generation in charge.
    var generation: Generation? {
        state.withLock { if case .open(let generation) = $0.gate { generation } else { nil } }
    }

    /// The counts of all methods that were ever called, by name.
    var statistics: [String: MethodStatistics] { state.withLock { $0.statistics } }

    func timeout(of method: String) -> Duration? {
        guard !configuration.methods.isEmpty else { return configuration.timeout }
        return configuration.settings(of: method).timeout
    }

    func retries(of method: String) -> RetryConfiguration? {
        configuration.settings(of: method).retries
    }

    // MARK: Calls

    func submit(_ call: Call, entry: CallEntry) {
        enum Decision {
            case run(Generation)
            case refuse(CallError)
            case held
        }
        let decision = state.withLock { state -> Decision in
            switch state.gate {
            case .open(let generation): return .run(generation)
            case .closed(let reason): return .refuse(reason)
            case .holding:
                guard state.held.count < configuration.queue else {
                    return .refuse(.overloaded(name, queue: state.held.count))
                }
                // Before anybody can let it through: who holds it then is for the slot to say.
                call.hold(by: self)
                state.held.append(call)
                return .held
            }
        }
        switch decision {
        case .run(let generation): generation.submit(call, entry: entry)
        case .refuse(let error): call.refuse(error)
        case .held:
            call.watchDeadline()
            if call.isOver { cancelled(call) }
        }
    }

    func cancelled(_ call: Call) {
        let wasHeld = state.withLock { state -> Bool in
            guard let index = state.held.firstIndex(where: { $0 === call }) else { return false }
            state.held.remove(at: index)
            return true
        }
        if wasHeld { call.settle() }
    }

    func settled(_ call: Call) {}

    // MARK: The gate

    /// Holds new calls until there is a generation, or a reason why not.
    func hold() {
        state.withLock { $0.gate = .holding }
    }

    /// Lets calls through to a generation, those held first.
    func open(_ generation: Generation) {
        let held = state.withLock { $0.change(to: .open(generation)) }
        for call in held { generation.submit(call, entry: .elsewhere) }
    }

    /// Refuses calls, those held too, with this reason.
    func close(_ reason: CallError) {
        let held = state.withLock { $0.change(to: .closed(reason)) }
        for call in held { call.refuse(reason) }
    }

    /// The counts of one method, made on the first request.
    func statistics(of method: String) -> MethodStatistics {
        state.withLock { state in
            if let known = state.statistics[method] { return known }
            let new = MethodStatistics()
            state.statistics[method] = new
            return new
        }
    }
}
