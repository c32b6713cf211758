// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import DequeModule
internal import Synchronization

/// A service as its callers see it: a gate that is open to one generation, holds calls while one is
/// on its way, or is closed and says why.
final class Service: CallReceiver, CallHolder {
    private enum Gate {
        case closed(CallError)
        case holding
        case open(Generation)
        /// Holds calls, but for those that a running call of the generation waits for.
        case draining(Generation)

        /// The generation in charge.
        var generation: Generation? {
            switch self {
            case .open(let generation), .draining(let generation): generation
            case .closed, .holding: nil
            }
        }
    }

    private struct State {
        var gate: Gate
        /// The calls that wait for a generation.
        var held = Deque<Call>()
        var statistics: [String: MethodStatistics] = [:]
    }

    let name: String
    private let terms: ServiceTerms
    private let state: Mutex<State>
    /// The number of the generation in charge, 0 without one, for who has no time for the lock.
    private let numberInCharge = Atomic(0)

    init(_ configuration: ServiceConfiguration) {
        name = configuration.name
        terms = ServiceTerms(configuration)
        state = Mutex(
            State(
                gate: .closed(.unavailable(configuration.name, because: "it was not started yet"))))
    }

    /// The configuration in force; what a generation was made with may be older.
    var configuration: ServiceConfiguration { terms.current.configuration }

    /// The same, as an object.
    var edition: ServiceTerms.Edition { terms.current }

    /// Puts another configuration in force, for all that needs no new generation.
    func configure(_ configuration: ServiceConfiguration) {
        terms.replace(by: configuration)
    }

    /// The generation in charge.
    var generation: Generation? { state.withLock { $0.gate.generation } }

    /// Whether a generation is the one in charge, by its number.
    func isInCharge(_ generation: Int) -> Bool {
        numberInCharge.load(ordering: .acquiring) == generation
    }

    /// The counts of all methods that were ever called, by name.
    var statistics: [String: MethodStatistics] { state.withLock { $0.statistics } }

    func deadline(of method: String, from now: Instant) -> Instant {
        terms.deadline(of: method, from: now)
    }

    func retries(of method: String) -> RetryConfiguration? {
        configuration.settings(of: method).retries
    }

    // MARK: Calls

    func pool(for size: Int) -> BufferPool? { generation?.slot.pool(for: size) }

    func begin(_ method: String, _ request: consuming PlainRequest) -> PlainCall? {
        openTo?.begin(method, request)
    }

    func submit(_ call: Call, entry: CallEntry) {
        // As good as always the gate is open.
        if let generation = openTo, generation.submit(call, entry: entry) { return }
        route(call, entry: entry, isCounted: true)
    }

    /// The generation that the gate is open to for all calls.
    private var openTo: Generation? {
        state.withLock { if case .open(let generation) = $0.gate { generation } else { nil } }
    }

    /// - Parameter isCounted: Whether a call that must wait counts against the queue: one that had a
    ///   place in it before keeps it.
    private func route(_ call: Call, entry: CallEntry, isCounted: Bool) {
        enum Decision {
            case run(Generation)
            case refuse(CallError)
            case held
        }
        var entry = entry
        while true {
            let decision = state.withLock { state -> Decision in
                switch state.gate {
                case .open(let generation): return .run(generation)
                case .closed(let reason): return .refuse(reason)
                // What a running call waits for must not wait for that call's end.
                case .draining(let generation) where call.isNested(under: name):
                    return .run(generation)
                case .holding, .draining:
                    let limit = isCounted ? terms.current.configuration.queue : .max
                    guard state.held.count < limit else {
                        return .refuse(.overloaded(name, queue: state.held.count))
                    }
                    // Before anybody can let it through: who holds it then is for the slot to say.
                    call.hold(by: self)
                    state.held.append(call)
                    return .held
                }
            }
            switch decision {
            case .run(let generation):
                if generation.submit(call, entry: entry) { return }
                // It was replaced, or closed for its state to be saved, in between.
                guard isClosing(generation) else { return refuseStopped(call) }
                entry = .elsewhere
            case .refuse(let error): return call.refuse(error)
            case .held:
                call.watchDeadline()
                if call.isOver { cancelled(call) }
                return
            }
        }
    }

    /// Whether the gate has turned away from a generation that takes no more calls.
    private func isClosing(_ generation: Generation) -> Bool {
        state.withLock {
            switch $0.gate {
            case .open(let other): other !== generation
            case .closed, .holding, .draining: true
            }
        }
    }

    private func refuseStopped(_ call: Call) {
        call.refuse(.unavailable(name, because: "it is being stopped"))
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
        state.withLock { turn(&$0, to: .holding) }
    }

    /// Turns the gate; the calls that it holds stay where they are.
    private func turn(_ state: inout State, to gate: Gate) {
        state.gate = gate
        numberInCharge.store(gate.generation?.number ?? 0, ordering: .releasing)
    }

    /// Turns the gate.
    ///
    /// - Returns: The calls that it held.
    private func change(to gate: Gate) -> Deque<Call> {
        state.withLock { state in
            turn(&state, to: gate)
            defer { state.held = [] }
            return state.held
        }
    }

    /// Holds new calls if they go to this generation: it is about to be replaced.
    func hold(whileIn generation: Int) {
        state.withLock { state in
            guard case .open(let current) = state.gate, current.number == generation else { return }
            turn(&state, to: .holding)
        }
    }

    /// Holds new calls, but for those nested under calls that run in this generation.
    func drain(_ generation: Generation) {
        state.withLock { turn(&$0, to: .draining(generation)) }
    }

    /// Takes back calls that a slot had not begun: they wait with the others, or go where the gate
    /// leads.
    func takeBack(_ calls: [Call]) {
        for call in calls { route(call, entry: .elsewhere, isCounted: false) }
    }

    /// Lets held calls pass to the generation that is being drained: nested ones if there are any,
    /// or else all.
    ///
    /// A drain that makes no progress may be waiting for one of them, on ways that nobody sees.
    ///
    /// - Returns: How many.
    @discardableResult
    func letPass() -> Int {
        let (passing, generation) = state.withLock { state -> ([Call], Generation?) in
            guard case .draining(let generation) = state.gate else { return ([], nil) }
            let nested = state.held.filter { $0.depth > 0 }
            let passing = nested.isEmpty ? state.held : nested
            state.held = nested.isEmpty ? [] : state.held.filter { $0.depth == 0 }
            return (Array(passing), generation)
        }
        takeBack(passing.filter { generation?.submit($0, entry: .elsewhere) != true })
        return passing.count
    }

    /// Lets calls through to a generation, those held first.
    func open(_ generation: Generation) {
        let held = change(to: .open(generation))
        takeBack(held.filter { !generation.submit($0, entry: .elsewhere) })
    }

    /// Refuses calls, those held too, with this reason.
    func close(_ reason: CallError) {
        let held = change(to: .closed(reason))
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
