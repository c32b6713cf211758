// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Logging

/// The steps that have to do with plugins and their state.
extension Swap {
    func rehearse() async throws(CallError) {
        guard let plan else { return }
        let stage = RehearsalStage(workers: maker.shared.workers)
        let (rehearsal, report) = try await stage.rehearse(plan)
        self.rehearsal = rehearsal
        if let remark = report.remark { remarks.append(remark) }
        try decideState(of: report.description)
    }

    /// Decides what becomes of the old generation's state, as soon as the candidate is known.
    func decideState(of candidate: PluginDescription) throws(CallError) {
        guard let old else {
            let carriesState = candidate.hasState && order.state != nil
            return machine.reshape { $0.carriesState = carriesState }
        }
        let compatibility = StateCompatibility(
            from: old.description, to: candidate, service: service.name)
        switch compatibility {
        case .refused(let error) where !order.isRollback: throw error
        case .dropped(let words): remarks.append(words)
        case .nothing, .unknown, .readable, .convertible, .refused: break
        }
        stateVersion = compatibility.version
        isStateUnreadable = if case .refused = compatibility { true } else { false }
        let carriesState = old.description.hasState && candidate.hasState
        machine.reshape { $0.carriesState = carriesState }
    }

    func create() async throws(CallError) {
        guard let plan else { return }
        let slot = try maker.makeSlot(plan)
        self.slot = slot
        let description = try await slot.create()
        if let error = StateCompatibility.placement(of: description, in: order.configuration) {
            throw error
        }
        self.description = description
    }

    func drain() async throws(CallError) {
        guard let old else { return }
        let limit = service.configuration.drainTimeout
        let isDrained = await Drain(old, direct: direct).end(within: limit)
        guard isDrained || order.isRollback else { throw .undrained(old, within: limit) }
        // Nothing passes any more, not even what is nested: there is nothing it could be nested in.
        service.hold()
        if !isDrained { remarks.append("calls of generation \(old.number) had not ended") }
    }

    func save() async throws(CallError) {
        guard let old else { return }
        do throws(CallError) {
            if isStateUnreadable { throw .unreadableState }
            let state = try await old.slot.save(as: stateVersion)
            envelope = StateEnvelope(
                payload: state, version: stateVersion ?? old.description.state?.version,
                generation: old.number, saved: .now)
        } catch {
            // A worker that died has taken its state along: nothing is won by staying with it.
            let isLost = old.configuration.slot == .forked && old.slot.load.workers == 0
            guard order.isRollback || isLost || error.code == .crashed else {
                throw .unsaved(old, error)
            }
            remarks.append(lossWords(error))
        }
    }

    private func lossWords(_ error: CallError) -> String {
        guard let kept = order.state else { return "its state is lost: \(error.message)" }
        let age = DurationWords.text(Instant.now.duration(since: kept.saved))
        return "what was stored in the last \(age) is lost: \(error.message)"
    }

    func check() async throws(CallError) {
        guard let envelope else { return }
        try await rehearsal?.check(state: envelope.payload)
    }

    func restore() async throws(CallError) {
        guard let envelope else { return }
        try await slot?.restore(envelope.payload)
    }

    func start() async throws(CallError) {
        do throws(CallError) {
            try await slot?.start()
        } catch {
            guard let old, !machine.shape.replaces else { throw error }
            var told = error
            told.message += "; if it needs what generation \(old.number) holds, set swap: replace"
            throw told
        }
    }

    func switchOver() {
        guard let plan, let slot, let description else { return }
        let generation = Generation(plan, service: service, slot: slot, description: description)
        candidate = generation
        let (log, name, number) = (maker.log, service.name, generation.number)
        service.configure(order.configuration)
        let replaced = functions.publish(generation) { function in
            log.write(
                .error, "function is provided by another service already",
                metadata: ["function": function], identifier: name, generation: number)
        }
        direct.bindings += replaced.bindings
        service.open(generation)
    }
}

extension CallError {
    fileprivate static let unreadableState = CallError(
        .incompatible, "the last good generation reads no version that this one writes")

    fileprivate static func unsaved(_ old: Generation, _ error: CallError) -> CallError {
        CallError(
            error.code,
            "generation \(old.number) of service '\(old.service.name)' can't save its state: "
                + "\(error.message); restart the service to go on without")
    }

    fileprivate static func undrained(_ old: Generation, within limit: Duration) -> CallError {
        let running = old.slot.load.running
        return CallError(
            .unavailable,
            "\(running) calls of service '\(old.service.name)' had not ended after "
                + "\(DurationWords.text(limit)), and its state can't be taken while they run; reload "
                + "it again when they have ended, or raise its drain-timeout")
    }
}
