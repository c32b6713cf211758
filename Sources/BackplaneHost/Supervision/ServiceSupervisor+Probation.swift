// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// How a new generation is watched, and taken back when it does worse than the last.
extension ServiceSupervisor {
    /// Has a generation to go back to from now on: this one.
    func settle(on generation: Generation) {
        lastGood = LastGood(generation)
        removeCopies()
    }

    /// Watches a new generation for a while, with the one before to go back to.
    func watch(_ generation: Generation, after old: Generation, state: StateEnvelope?) {
        let time = generation.configuration.probation
        // A generation that did not pass its own is nothing to go back to.
        if lastGood?.number == old.number { lastGood = LastGood(old) }
        if let state, let good = lastGood, state.isReadable(by: good.description) {
            lastGood?.state = state
        }
        guard time > .zero, let lastGood else { return settle(on: generation) }
        let number = generation.number
        probation = Probation(baseline: lastGood.tally, end: Instant.now.advanced(by: time))
        onProbation.withLock { $0 = number }
        let isJudging = JudgingFlag()
        generation.tally.listen { [weak self] in
            guard isJudging.raise() else { return }
            Task(name: "judge a generation") {
                isJudging.lower()
                await self?.judge(number)
            }
        }
        probationEnd = Task(name: "probation of \(service.name)/\(number)") {
            // Cancellation means that the probation was ended.
            try? await Task.sleep(for: time)
            if !Task.isCancelled { await judge(number) }
        }
    }

    func endProbation() {
        onProbation.withLock { $0 = nil }
        generation?.tally.listen(nil)
        probation = nil
        probationEnd?.cancel()
        probationEnd = nil
    }

    private func judge(_ number: Int) async {
        guard let probation, let generation, generation.number == number else { return }
        switch probation.judge(generation.tally.reading, at: .now) {
        case .goOn: break
        case .passed:
            endProbation()
            settle(on: generation)
        case .failed(let words):
            await rollBack(number, because: words)
        }
    }

    /// Puts the last good generation's bytes in charge again.
    func rollBack(_ number: Int, because words: String) async {
        await orders.oneAtATime {
            guard let bad = generation, bad.number == number else { return }
            guard desired == .running, onProbation.withLock({ $0 == number }), let good = lastGood
            else {
                // Its calls may have been held for what does not come.
                return service.open(bad)
            }
            endProbation()
            await rollBack(from: bad, to: good, because: words)
        }
    }

    private func rollBack(from bad: Generation, to good: LastGood, because words: String) async {
        let error = CallError(
            .incompatible,
            "generation \(bad.number) was rolled back in its probation: \(words)")
        condition.failed(error)
        refusal = Refusal(
            hash: bad.plugin.hash, configuration: bad.configuration, error: error)
        let report: SwapReport
        do throws(CallError) {
            // What took effect at once since then stays in force.
            let current = service.configuration
            let configuration =
                current.needsGeneration(after: good.configuration) ? good.configuration : current
            let order = SwapOrder(
                source: try await maker.read(good.plugin), configuration: configuration,
                rehearses: false, expected: good.description, state: good.state, isRollback: true)
            report = await carryOut(order, from: bad)
        } catch {
            return rollbackFailed(error, bad)
        }
        switch report.result {
        case .switched(let generation), .broughtBack(let generation, _):
            takeCharge(generation)
            settle(on: generation)
            record(
                .rolledBack, generation, cause: .rollback, report: report, message: error.message)
            retire(bad, direct: report.direct)
        case .stayed(let second):
            rollbackFailed(second, bad)
        case .down(let second):
            generation = nil
            condition.stopped()
            rollbackFailed(second, nil)
            recover(from: second)
        }
    }

    private func rollbackFailed(_ error: CallError, _ bad: Generation?) {
        record(
            .failed, bad, cause: .rollback,
            message: "the last good generation did not come back: \(error.message)")
        if let bad { service.open(bad) }
    }
}

/// Keeps a storm of faulty calls from making a task for each.
private final class JudgingFlag: Sendable {
    private let isRaised = Atomic<Bool>(false)

    func raise() -> Bool { !isRaised.exchange(true, ordering: .acquiringAndReleasing) }
    func lower() { isRaised.store(false, ordering: .releasing) }
}
