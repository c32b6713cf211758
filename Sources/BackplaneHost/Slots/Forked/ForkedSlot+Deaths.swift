// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CBackplane
internal import Glibc
internal import Logging
internal import Synchronization

/// What follows the death of a worker.
extension ForkedSlot: ForkedWorker.Owner {
    func lost(_ worker: ForkedWorker) {
        state.withLock { $0.admission.remove(worker: worker.context.worker) }
    }

    func left(_ call: UInt64) -> Bool {
        state.withLock { state in
            state.admission.settle(call)
            return state.admission.hasLine || !state.leaving.isEmpty
        }
    }

    func goOn(_ isAnybodyWaiting: Bool) {
        if isAnybodyWaiting {
            pump()
            noteLeaving()
        }
        noteIdle()
    }

    func returned(_ call: Call, by worker: ForkedWorker) {
        takeBack(call)
    }

    func dying(_ worker: ForkedWorker) {
        lost(worker)
        prepare(for: worker)
    }

    func ended(_ worker: ForkedWorker, _ exit: WorkerExit) {
        state.withLock { state in
            state.workers.remove(UInt64(worker.context.worker))
            // Again: it may have come up after its channel had ended.
            state.admission.remove(worker: worker.context.worker)
            // A worker holds its slot: the slot must not hold it, too, once it is gone.
            state.made = state.made.filter { $0.value !== worker }
        }
        replace(worker, after: exit)
        standbyEnded(worker)
        // What was made for it and is not needed: it was stopped, or is not to be replaced at once.
        discardPrepared(for: worker)
        refuseWaitingUnlessServed()
    }

    /// Has the place of a worker taken by another, unless that was seen to.
    private func replace(_ worker: ForkedWorker, after exit: WorkerExit) {
        let place = state.withLock { $0.serving.removeValue(forKey: worker.context.worker) }
        // One that was still coming up is the affair of who brings it up.
        if let place, !worker.isStopping {
            let end: RestartPolicy.End = exit.reason == .exited(0) ? .clean : .failure
            let how = WorkerEnd.words(exit)
            let decision = decide(
                place, end,
                because: CallError(.crashed, "worker \(worker.identifier) \(how)"),
                instead: worker)
            if let decision {
                plan.surroundings.died.report(
                    WorkerDeath(worker: worker.identifier, how: how, decision: decision))
            }
        }
    }

    /// Decides what follows the end of the worker at a place, and sees to it.
    ///
    /// - Parameter last: The worker that has ended, if it ever served.
    /// - Returns: The decision; `nil` when the slot is being stopped.
    @discardableResult
    private func decide(
        _ place: Int, _ end: RestartPolicy.End, because error: CallError,
        instead last: ForkedWorker? = nil
    ) -> RestartPolicy.Decision? {
        let terms = plan.current.restart
        let decision: RestartPolicy.Decision? = state.withLock { state in
            guard !state.isStopping, place < state.policies.count else { return nil }
            state.policies[place].configuration = terms
            let decision = state.policies[place].ended(
                end, at: .now, jitter: .random(in: 0..<1))
            if case .restart(let delay) = decision {
                if delay == .zero { state.filling += 1 }
                let prepared =
                    delay == .zero
                    ? last.flatMap { state.prepared.removeValue(forKey: $0.context.worker) } : nil
                // Unstructured, because nobody waits for it but `stop`, which cancels it.
                state.replacementCount += 1
                let number = state.replacementCount
                state.replacements[number] = Task(name: "replace a worker of \(name)") {
                    await self.replace(place, after: delay, by: prepared)
                    _ = self.state.withLock { $0.replacements.removeValue(forKey: number) }
                }
            }
            return decision
        }
        guard let decision else { return nil }
        switch decision {
        case .restart(let delay) where delay == .zero: break
        case .restart(let delay):
            refuseCalls(
                .unavailable(
                    name,
                    because: "\(error.message); its next start is in \(DurationWords.text(delay))"))
        case .giveUp(let why):
            let gone = CallError(error.code, "\(error.message); \(why)")
            refuseCalls(.unavailable(name, because: gone.message))
            let isLast = state.withLock { $0.serving.isEmpty && $0.filling == 0 }
            if isLast { plan.surroundings.failed.report(gone) }
        }
        return decision
    }

    private func replace(
        _ place: Int, after delay: Duration, by prepared: Promise<ForkedWorker?>?
    ) async {
        if delay > .zero {
            // Cancellation ends the pause early, which is what it is for.
            try? await Task.sleep(for: delay)
        }
        let failure = await tryToFill(place, by: prepared)
        // Before it is decided what follows: nobody is on his way any more.
        if delay == .zero { state.withLock { $0.filling -= 1 } }
        guard let failure else { return }
        plan.surroundings.log.write(
            .error, "worker could not be replaced", metadata: [LogKey.error: failure.message],
            identifier: name, generation: plan.generation)
        decide(place, .failure, because: failure)
    }

    /// Puts another worker in a place that is wanted; why there is none, if there is none.
    private func tryToFill(_ place: Int, by prepared: Promise<ForkedWorker?>?) async -> CallError? {
        let made = await prepared?.value
        guard state.withLock({ !$0.isStopping && place < $0.policies.count }) else {
            if let made { await retire(made) }
            return nil
        }
        do throws(CallError) {
            try await fill(place, by: made)
            state.withLock { $0.restarts += 1 }
            return nil
        } catch {
            return error
        }
    }

    /// Puts another worker in a place: one that was made for it, or stands by, or a new one.
    private func fill(_ place: Int, by prepared: ForkedWorker?) async throws(CallError) {
        guard let worker = prepared ?? takeStandby() else {
            return try await launch(at: place)
        }
        defer { keepStandbys(after: Self.standbyPause) }
        do throws(CallError) {
            try await start(worker, at: place, by: startLimit)
        } catch {
            // Not the fault of the next one: it may have stood by for long.
            guard state.withLock({ !$0.isStopping }) else { throw error }
            try await launch(at: place)
        }
    }

    /// Makes the worker that is to take the place of one that is dying, up to its `init`.
    ///
    /// It is started when the other one has ended: that has ports and locks until then.
    private func prepare(for worker: ForkedWorker) {
        let terms = plan.current.restart
        let promise = Promise<ForkedWorker?>()
        let isWanted = state.withLock { state in
            guard !state.isStopping, state.standbys.isEmpty,
                let place = state.serving[worker.context.worker], place < state.policies.count
            else { return false }
            // Asked of a copy: it is decided later, and the end may yet look otherwise.
            var policy = state.policies[place]
            policy.configuration = terms
            guard policy.ended(.failure, at: .now, jitter: 0) == .restart(after: .zero) else {
                return false
            }
            state.prepared[worker.context.worker] = promise
            return true
        }
        guard isWanted else { return }
        let isUnderWay = addTask("prepare for the end of a worker") { slot in
            do throws(CallError) {
                promise.keep(try await slot.makeWorker().0)
            } catch {
                // Whoever needs it makes one then, and says why that fails.
                promise.keep(nil)
            }
        }
        if !isUnderWay { promise.keep(nil) }
    }

    private func discardPrepared(for worker: ForkedWorker) {
        let prepared = state.withLock { $0.prepared.removeValue(forKey: worker.context.worker) }
        guard let prepared else { return }
        addTask("end a worker that is not needed") { slot in
            if let made = await prepared.value { await slot.retire(made) }
        }
    }

    /// Refuses calls, those that wait too, unless some worker is there or will be at once.
    private func refuseCalls(_ error: CallError) {
        let jobs = state.withLock { state -> [Admission.Job] in
            guard state.serving.isEmpty, state.filling == 0 else { return [] }
            state.refusal = error
            return state.admission.removeWaiting()
        }
        refuse(jobs, error)
    }

    private func refuse(_ jobs: [Admission.Job], _ error: CallError) {
        for job in jobs {
            endRoomWait(of: job.call)
            job.call.hold(by: nil)
            job.call.refuse(error)
        }
        noteIdle()
    }

    /// While it is being stopped nobody new comes: what waits for a worker that is gone is refused.
    func refuseWaitingUnlessServed() {
        guard state.withLock({ $0.isStopping }) else { return }
        let jobs = state.withLock { state in
            state.serving.isEmpty ? state.admission.removeWaiting() : []
        }
        refuse(jobs, .unavailable(name, because: "it is being stopped"))
    }
}
