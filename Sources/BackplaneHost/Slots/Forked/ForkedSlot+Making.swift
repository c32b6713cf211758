// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Synchronization

/// How a forked slot gets a worker, up to the moment from which calls run in it.
extension ForkedSlot {
    /// Makes a worker, brings it up, lets calls in.
    ///
    /// - Throws: The error of the step that failed; nothing of the worker is left then.
    func launch(at place: Int) async throws(CallError) {
        let (worker, _) = try await makeWorker(starting: true)
        try await endingOnFailure(worker) { () throws(CallError) in try admit(worker, at: place) }
        pump()
    }

    /// Starts a worker that has its instance, and lets calls in.
    func start(
        _ worker: ForkedWorker, at place: Int, by deadline: Instant
    ) async throws(CallError) {
        try await endingOnFailure(worker) { () throws(CallError) in
            try await worker.start(by: deadline)
            try admit(worker, at: place)
        }
        pump()
    }

    private func admit(_ worker: ForkedWorker, at place: Int) throws(CallError) {
        let waits: [RoomWait]? = state.withLock { state in
            guard !state.isStopping, state.worker(worker.context.worker) != nil,
                place < state.policies.count
            else { return nil }
            state.serving[worker.context.worker] = place
            state.admission.add(worker: worker.context.worker)
            state.policies[place].started(at: .now)
            state.refusal = nil
            return Array(state.roomWaits.values)
        }
        guard let waits else {
            throw CallError.unavailable(
                name, because: "it is being stopped, or has just crashed")
        }
        // Its memory is empty.
        for wait in waits { wait.ask(worker.pool, of: worker.context.worker) }
    }

    /// Makes a worker that has its instance.
    ///
    /// - Parameters:
    ///   - describing: Whether the plugin's description is wanted.
    ///   - starting: Whether the instance is to be started too.
    /// - Throws: The error of the step that failed; nothing of the worker is left then.
    func makeWorker(
        describing: Bool = false, starting: Bool = false
    ) async throws(CallError) -> (ForkedWorker, PluginDescription?) {
        let deadline = startLimit
        let number = state.withLock { state in
            state.count += 1
            return state.count
        }
        let context = plan.context(worker: number)
        // A template may yet turn out to be none: opening is then the first step all the same.
        let isOpen = await template.current() != nil
        let steps = FirstSteps(
            opens: describing || !isOpen, starts: starting, by: deadline, in: plan.environment)
        let create = steps.createFrame(plan, context)
        let worker = try await ForkedWorker.make(
            plan, context, by: server, for: self, from: isOpen ? template : nil,
            sendingAhead: [steps.openFrame(plan), create].compactMap(\.self))
        state.withLock { $0.workers.insert(worker, for: UInt64(number)) }
        for step in steps.all { _ = worker.expect(step) }
        worker.readOutput(by: server)
        guard worker.begin() else {
            throw .unavailable(name, because: "there is no thread left to listen to its worker")
        }
        let description = try await endingOnFailure(worker) { () throws(CallError) in
            try await finish(worker, steps, by: deadline)
        }
        return (worker, description)
    }

    /// Waits for a worker's first steps, which it is asked for one by one unless it was before.
    private func finish(
        _ worker: ForkedWorker, _ steps: FirstSteps, by deadline: Instant
    ) async throws(CallError) -> PluginDescription? {
        var description: PluginDescription?
        if let open = steps.open {
            if !worker.hasPluginOpen, let frame = steps.openFrame(plan) { worker.send(frame) }
            description = try ForkedWorker.description(in: await worker.answer(to: open))
        } else if !worker.hasPluginOpen {
            // Its template had gone meanwhile.
            _ = try await worker.open(plan, by: deadline)
        }
        if !worker.hasPluginOpen { worker.send(steps.createFrame(plan, worker.context)) }
        _ = try await worker.answer(to: steps.create)
        if let start = steps.start { _ = try await worker.answer(to: start) }
        return description
    }

    /// Leaves nothing of a worker whose step failed.
    private func endingOnFailure<Value>(
        _ worker: ForkedWorker, _ body: () async throws(CallError) -> Value
    ) async throws(CallError) -> Value {
        do throws(CallError) {
            return try await body()
        } catch {
            worker.expectEnd()
            worker.kill(because: "it did not come up: \(error.message)")
            _ = await worker.process.waitForExit()
            throw error
        }
    }
}
