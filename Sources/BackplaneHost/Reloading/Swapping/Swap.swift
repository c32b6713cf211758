// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport

/// Carries a service from one generation to the next, or to its first.
///
/// `SwapMachine` decides what comes next; this takes the steps. For one task, once.
final class Swap {
    /// What came of it.
    enum Result: Sendable {
        /// The candidate is in charge.
        case switched(Generation)
        /// The old generation is in charge, as if nothing had been.
        case stayed(CallError)
        /// The old generation had to be stopped, and was made anew.
        case broughtBack(Generation, CallError)
        /// Nobody is in charge.
        case down(CallError)
    }

    let order: SwapOrder
    let old: Generation?
    let maker: GenerationMaker
    var machine: SwapMachine

    var plan: SlotPlan?
    var slot: (any Slot)?
    var description: PluginDescription?
    var rehearsal: Rehearsal?
    var candidate: Generation?
    /// The version to have the state in; `nil` for the old generation's own.
    var stateVersion: Int?
    /// Whether the candidate can't read what the old generation saves: only a rollback goes on.
    var isStateUnreadable = false
    /// The direct calls that ran in the old generation when it was closed to them.
    var direct = DirectCalls()
    private var hasTurn = false

    /// The state that was handed over.
    var envelope: StateEnvelope?
    /// What went otherwise than it should, for the event.
    var remarks: [String] = []
    private(set) var phases: [HostEvent.Phase] = []

    init(_ order: SwapOrder, from old: Generation?, by maker: GenerationMaker) {
        self.order = order
        self.old = old
        self.maker = maker
        envelope = order.state
        machine = SwapMachine(
            SwapMachine.Shape(
                hasOld: old != nil, replaces: order.configuration.swap == .replace,
                // Code of the program itself has run long ago.
                rehearses: order.rehearses && order.source.embedded == nil))
    }

    var service: Service { maker.service }
    var functions: FunctionRegistry { maker.shared.router.functions }

    /// Takes all steps, or undoes what was begun.
    func run() async -> Result {
        do throws(CallError) {
            try await timed("stage") { () throws(CallError) in
                let embedded = order.source.embedded?.image.description
                if let expected = order.expected ?? embedded { try decideState(of: expected) }
                plan = try await maker.plan(order.source, order.configuration)
            }
            while let step = machine.next {
                // The last step is as good as taken: it is over at once.
                if Task.isCancelled, step != .switchOver { throw .interrupted(service.name) }
                try await timed(step.rawValue) { () throws(CallError) in try await take(step) }
                machine.advance()
            }
            await end()
            guard let candidate else { throw .withoutCandidate }
            return .switched(candidate)
        } catch {
            let result = await undo(because: worded(error))
            await end()
            return result
        }
    }

    private func end() async {
        if hasTurn { maker.shared.holds.endTurn() }
        hasTurn = false
        await rehearsal?.end()
    }

    private func timed(
        _ name: String, _ body: () async throws(CallError) -> Void
    ) async throws(CallError) {
        let begin = Instant.now
        try await body()
        phases.append(
            HostEvent.Phase(name: name, duration: Instant.now.duration(since: begin)))
    }

    private func take(_ step: SwapStep) async throws(CallError) {
        switch step {
        case .rehearse: try await rehearse()
        case .create: try await create()
        case .hold: await hold()
        case .drain: try await drain()
        case .save: try await save()
        case .check: try await check()
        case .stopOld: await old?.slot.stop(drain: .zero)
        case .restore: try await restore()
        case .start: try await start()
        case .switchOver: switchOver()
        }
    }

    /// One service is on hold at a time: two that call each other would wait for each other.
    private func hold() async {
        guard let old else { return }
        await maker.shared.holds.takeTurn()
        hasTurn = true
        service.drain(old)
        direct = functions.suspend(service.name)
        // What has not begun need not end first.
        service.takeBack(old.slot.takeWaiting())
    }

    /// The copy is the host's affair: people know the file that it was made from.
    private func worded(_ error: CallError) -> CallError {
        guard let plan else { return error }
        var told = error
        told.message.replace(plan.plugin.path, with: plan.plugin.original)
        return told
    }

    // MARK: Undoing

    private func undo(because error: CallError) async -> Result {
        var result = old == nil ? Result.down(error) : .stayed(error)
        for undoing in machine.undoing {
            switch undoing {
            case .dropCandidate: await slot?.stop(drain: .zero)
            case .release: release()
            case .bringBack: result = await bringBack(because: error)
            }
        }
        return result
    }

    private func release() {
        guard let old else { return }
        old.slot.unseal()
        functions.publish(old) { _ in }
        service.open(old)
    }

    /// Makes the old generation anew of the bytes that it was made of, with the state that it gave.
    private func bringBack(because error: CallError) async -> Result {
        guard let old else { return .down(error) }
        let name = service.name
        // In force until the switch: what was changed since the old one was made, too.
        let (maker, envelope, configuration) = (maker, envelope, service.configuration)
        // In a task of its own: an order to stop must not leave a service with nobody in charge that
        // it believes to be running.
        return await Task(name: "bring back \(name)") { () -> BroughtBack in
            do throws(CallError) {
                let back = SwapOrder(
                    source: try await maker.read(old.plugin), configuration: configuration,
                    rehearses: false, expected: old.description, state: envelope)
                let swap = Swap(back, from: nil, by: maker)
                switch await swap.run() {
                case .switched(let generation): return .back(generation)
                case .stayed(let second), .broughtBack(_, let second), .down(let second):
                    return .lost(second)
                }
            } catch {
                return .lost(error)
            }
        }.value.result(error, old.number)
    }

    private enum BroughtBack: Sendable {
        case back(Generation)
        case lost(CallError)

        func result(_ error: CallError, _ number: Int) -> Result {
            switch self {
            case .back(let generation): .broughtBack(generation, error)
            case .lost(let second):
                .down(
                    CallError(
                        error.code,
                        "\(error.message); and generation \(number) did not come back: "
                            + second.message))
            }
        }
    }
}

extension CallError {
    static func interrupted(_ service: String) -> CallError {
        CallError(.cancelled, "the reload of service '\(service)' was interrupted")
    }

    fileprivate static let withoutCandidate = CallError(
        .internal, "a swap ended without a generation")
}
