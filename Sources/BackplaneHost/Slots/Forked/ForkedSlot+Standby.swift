// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// Workers that stand by: their instance is made, and started only when one takes the place of a worker
/// that died. They take no exclusive resource until then, and no calls.
extension ForkedSlot {
    /// So long making another one waits where one has just been taken: calls wait for that one.
    static let standbyPause = Duration.milliseconds(5)

    func keepStandbys() { keepStandbys(after: .zero) }

    /// Makes as many as are wanted by now, or lets go of those that are too many.
    ///
    /// - Parameter pause: How long from now they are begun.
    func keepStandbys(after pause: Duration) {
        let wanted = plan.current.standby
        let (missing, surplus) = state.withLock { state -> (Int, [ForkedWorker]) in
            guard !state.isStopping else { return (0, []) }
            let missing = max(0, wanted - state.standbys.count - state.comingStandbys)
            let surplus = max(0, state.standbys.count - wanted)
            state.comingStandbys += missing
            defer { state.standbys.removeLast(surplus) }
            return (missing, state.standbys.suffix(surplus))
        }
        for _ in 0..<missing { addTask("make a standby") { await $0.addStandby(after: pause) } }
        for worker in surplus { addTask("end a standby") { await $0.retire(worker) } }
    }

    /// Takes a worker that stands by, if there is one.
    func takeStandby() -> ForkedWorker? {
        state.withLock { state in
            state.standbys.isEmpty ? nil : state.standbys.removeFirst()
        }
    }

    /// Notes the end of a worker that may have stood by.
    func standbyEnded(_ worker: ForkedWorker) {
        let decision: RestartPolicy.Decision? = state.withLock { state in
            guard let index = state.standbys.firstIndex(where: { $0 === worker }) else {
                return nil
            }
            state.standbys.remove(at: index)
            return decide(&state)
        }
        follow(decision)
    }

    /// Decides whether there is to be another one; nothing while the slot is being stopped.
    private func decide(_ state: inout State) -> RestartPolicy.Decision? {
        guard !state.isStopping else { return nil }
        state.standbyPolicy.configuration = plan.current.restart
        let decision = state.standbyPolicy.ended(.failure, at: .now, jitter: .random(in: 0..<1))
        if case .restart = decision { state.comingStandbys += 1 }
        return decision
    }

    private func follow(_ decision: RestartPolicy.Decision?) {
        switch decision {
        case .restart(let delay)?:
            addTask("make a standby") { await $0.addStandby(after: delay) }
        case .giveUp(let why)?: note("no worker stands by any more", why)
        case nil: break
        }
    }

    private func note(_ message: String, _ reason: String) {
        plan.surroundings.log.write(
            .warning, message, metadata: [LogKey.error: reason], identifier: name,
            generation: plan.generation)
    }

    private func addStandby(after delay: Duration) async {
        // Cancellation ends the pause early, which is what it is for.
        if delay > .zero { try? await Task.sleep(for: delay) }
        let isWanted = state.withLock { state in
            if state.isStopping { state.comingStandbys -= 1 }
            return !state.isStopping
        }
        guard isWanted else { return }
        do throws(CallError) {
            let (worker, _) = try await makeWorker()
            let isIn = state.withLock { state in
                guard !state.isStopping, state.worker(worker.context.worker) != nil else {
                    return false
                }
                state.comingStandbys -= 1
                state.standbys.append(worker)
                state.standbyPolicy.started(at: .now)
                return true
            }
            guard isIn else {
                throw CallError(.crashed, "worker \(worker.identifier) ended right after its init")
            }
            keepStandbys()
        } catch {
            let decision = state.withLock { state in
                state.comingStandbys -= 1
                return decide(&state)
            }
            if decision != nil { note("no worker stands by", error.message) }
            follow(decision)
        }
    }

    /// Does something that nobody waits for but `stop`, which cancels it.
    ///
    /// - Returns: Whether it is done: not when the slot is being stopped.
    @discardableResult
    func addTask(
        _ title: String, _ body: @escaping @Sendable (ForkedSlot) async -> Void
    ) -> Bool {
        state.withLock { state in
            guard !state.isStopping else { return false }
            state.replacementCount += 1
            let number = state.replacementCount
            // Unstructured, because its owner is the slot: `stop` cancels it and waits.
            state.replacements[number] = Task(name: "\(title) of \(name)") {
                await body(self)
                _ = self.state.withLock { $0.replacements.removeValue(forKey: number) }
            }
            return true
        }
    }
}
