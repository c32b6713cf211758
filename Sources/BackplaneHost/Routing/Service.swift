// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import DequeModule
internal import Synchronization

/// A service as its callers see it: a gate that is open to one generation, holds calls while one is
/// on its way, or is closed and says why.
final class Service: CallReceiver, CallHolder {
    private enum Gate {
        case closed(CallError)
        case holding(Deque<Call>)
        case open(Generation)
    }

    private struct State {
        var gate: Gate
        var configuration: ServiceConfiguration
        var statistics: [String: MethodStatistics] = [:]
    }

    let name: String
    private let state: Mutex<State>

    init(_ configuration: ServiceConfiguration) {
        name = configuration.name
        state = Mutex(
            State(
                gate: .closed(.unavailable(configuration.name, because: "it was not started yet")),
                configuration: configuration))
    }

    var configuration: ServiceConfiguration { state.withLock { $0.configuration } }

    /// The generation in charge.
    var generation: Generation? {
        state.withLock { if case .open(let generation) = $0.gate { generation } else { nil } }
    }

    /// The counts of all methods that were ever called, by name.
    var statistics: [String: MethodStatistics] { state.withLock { $0.statistics } }

    func timeout(of method: String) -> Duration? {
        state.withLock { state in
            guard !state.configuration.methods.isEmpty else { return state.configuration.timeout }
            return state.configuration.settings(of: method).timeout
        }
    }

    func retries(of method: String) -> RetryConfiguration? {
        state.withLock { $0.configuration.settings(of: method).retries }
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
            case .holding(var held):
                guard held.count < state.configuration.queue else {
                    return .refuse(.overloaded(name, queue: held.count))
                }
                held.append(call)
                state.gate = .holding(held)
                return .held
            }
        }
        switch decision {
        case .run(let generation): generation.submit(call, entry: entry)
        case .refuse(let error): call.refuse(error)
        case .held:
            call.hold(by: self)
            call.watchDeadline()
            if call.isOver { cancelled(call) }
        }
    }

    func cancelled(_ call: Call) {
        let wasHeld = state.withLock { state -> Bool in
            guard case .holding(var held) = state.gate,
                let index = held.firstIndex(where: { $0 === call })
            else { return false }
            held.remove(at: index)
            state.gate = .holding(held)
            return true
        }
        if wasHeld { call.settle() }
    }

    func settled(_ call: Call) {}

    // MARK: The gate

    /// Holds new calls until there is a generation, or a reason why not.
    func hold() {
        state.withLock { state in
            if case .holding = state.gate { return }
            state.gate = .holding([])
        }
    }

    /// Lets calls through to a generation, those held first.
    func open(_ generation: Generation) {
        let held = state.withLock { state -> Deque<Call> in
            defer { state.gate = .open(generation) }
            if case .holding(let held) = state.gate { return held }
            return []
        }
        for call in held { generation.submit(call, entry: .elsewhere) }
    }

    /// Refuses calls, those held too, with this reason.
    func close(_ reason: CallError) {
        let held = state.withLock { state -> Deque<Call> in
            defer { state.gate = .closed(reason) }
            if case .holding(let held) = state.gate { return held }
            return []
        }
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
