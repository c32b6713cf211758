// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// How generations end, as wished or not.
extension ServiceSupervisor: GenerationMaker.Listener {
    nonisolated func failed(_ error: CallError, in generation: Int) {
        // Not awaited by anybody: the instance that reports has nothing to wait for.
        Task(name: "failure of a service") { await generationFailed(error, generation) }
    }

    nonisolated func died(_ death: WorkerDeath, in generation: Int) {
        condition.died(death)
        shared.events.record(
            service: service.name, kind: .died, generation: generation,
            message: "worker \(death.worker) \(death.how), \(death.decision.words)")
        guard onProbation.withLock({ $0 == generation }) else { return }
        // The death says why, and not the calls that end of it.
        if let bad = service.generation, bad.number == generation { bad.tally.listen(nil) }
        // At once, on the thread that knows: nothing more is to go where a worker has just died.
        service.hold(whileIn: generation)
        Task(name: "rollback of a service") {
            await rollBack(generation, because: "worker \(death.worker) \(death.how)")
        }
    }

    /// Takes the news that an instance can't go on, or that a slot has no worker left.
    private func generationFailed(_ error: CallError, _ number: Int) async {
        if onProbation.withLock({ $0 == number }) {
            return await rollBack(number, because: error.message)
        }
        await orders.oneAtATime {
            guard desired == .running, generation?.number == number else { return }
            condition.failed(error)
            condition.restarted()
            record(.died, generation, message: error.message)
            service.hold()
            await takeDown()
            guard desired == .running else { return }
            recover(from: error)
        }
    }

    /// Ends the generation in charge and those before it; the service's gate is the caller's affair.
    func takeDown() async {
        endProbation()
        let others = Array(retiring.values)
        if let generation {
            self.generation = nil
            state = .stopping
            let direct = shared.router.functions.withdraw(service.name)
            let drain = service.configuration.drainTimeout
            await generation.slot.stop(drain: drain)
            await direct.end(by: Instant.now.advanced(by: drain))
            condition.retired(generation.number)
            condition.stopped()
        }
        for other in others { await other.value }
        removeCopies()
    }

    /// Lets a generation that was replaced finish its calls, and ends it; waits for nothing.
    func retire(_ old: Generation, direct: DirectCalls) {
        let number = old.number
        retiring[number] = Task(name: "retire \(service.name)/\(number)") {
            let begin = Instant.now
            // What it has not begun, its successor runs.
            service.takeBack(old.slot.takeWaiting())
            let drain = service.configuration.drainTimeout
            await direct.end(by: begin.advanced(by: drain))
            await old.slot.stop(
                drain: max(.zero, drain - Instant.now.duration(since: begin)))
            retired(old, after: Instant.now.duration(since: begin))
        }
    }

    private func retired(_ old: Generation, after time: Duration) {
        retiring[old.number] = nil
        condition.retired(old.number)
        record(.retired, old, phases: [HostEvent.Phase(name: "drain", duration: time)])
        removeCopies()
    }

    /// Removes the copies of all generations that nobody goes back to.
    func removeCopies() {
        var kept = Set(retiring.keys)
        if let generation { kept.insert(generation.number) }
        if let lastGood { kept.insert(lastGood.number) }
        maker.removeCopies(except: kept, sparesLast: swapping != nil || isBringingUp)
    }

    // MARK: Events

    func record(
        _ kind: HostEvent.Kind, _ generation: Generation? = nil, cause: ReloadCause? = nil,
        phases: [HostEvent.Phase] = [], message: String? = nil
    ) {
        shared.events.record(
            service: service.name, kind: kind, generation: generation?.number,
            cause: cause?.words,
            hash: generation.map { String($0.plugin.hash, radix: 16) }, phases: phases,
            message: message)
    }

    func record(
        _ kind: HostEvent.Kind, _ generation: Generation?, cause: ReloadCause? = nil,
        report: SwapReport, message: String? = nil
    ) {
        let words = [message].compactMap { $0 } + report.remarks
        shared.events.record(
            service: service.name, kind: kind, generation: generation?.number ?? report.number,
            cause: cause?.words, hash: String(report.hash, radix: 16),
            phases: (cause?.phases ?? []) + report.phases,
            message: words.isEmpty ? nil : words.joined(separator: "; "))
    }
}
