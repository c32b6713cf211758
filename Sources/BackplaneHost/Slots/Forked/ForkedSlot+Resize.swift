// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// How a forked slot gets more workers, or fewer, while it serves.
extension ForkedSlot {
    func resize(to workers: Int) async throws(CallError) {
        let before = state.withLock { $0.policies.count }
        if workers > before { try await grow(from: before, to: workers) }
        if workers < before { await shrink(from: before, to: workers) }
    }

    private func grow(from before: Int, to workers: Int) async throws(CallError) {
        state.withLock { state in
            for _ in before..<workers {
                state.policies.append(RestartPolicy(plan.service.restart))
            }
        }
        do throws(CallError) {
            try await forEachPlace(before..<workers) { place throws(CallError) in
                try await self.launch(at: place)
            } results: { (_: Void) in
            }
        } catch {
            await shrink(from: workers, to: before)
            throw error
        }
    }

    /// Lets the workers of the last places finish their calls and go.
    private func shrink(from before: Int, to workers: Int) async {
        let leaving = state.withLock { state -> [(ForkedWorker, Promise<Bool>)] in
            state.policies.removeLast(before - workers)
            let limit = Instant.now.advanced(by: plan.current.drainTimeout)
            var leaving: [(ForkedWorker, Promise<Bool>)] = []
            for (number, place) in state.serving where place >= workers {
                guard let worker = state.worker(number) else { continue }
                state.admission.remove(worker: number)
                let idle = Promise(by: limit, else: false, in: plan.environment.deadlines)
                state.leaving[number] = idle
                leaving.append((worker, idle))
            }
            return leaving
        }
        noteLeaving()
        await withTaskGroup { tasks in
            for (worker, idle) in leaving {
                tasks.addTask {
                    if await !idle.value {
                        for call in worker.runningCalls { call.cancel(.cutOff(call)) }
                    }
                    await self.retire(worker)
                    self.state.withLock { $0.leaving[worker.context.worker] = nil }
                }
            }
        }
    }

    /// Lets workers go that leave and have no call any more.
    func noteLeaving() {
        let idle = state.withLock { state in
            state.leaving.filter { !state.admission.isBusy(worker: $0.key) }
        }
        for promise in idle.values { promise.keep(true) }
    }
}
