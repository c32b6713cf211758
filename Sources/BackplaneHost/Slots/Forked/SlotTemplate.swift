// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// The template of a forked generation: made when a worker is first wanted, and again once it has died.
///
/// A plugin that can't be templated costs nothing but the attempt: its workers are forked from the fork
/// server and open it themselves, and the log says so once.
final class SlotTemplate: Sendable {
    /// A template that has died more often than this is not made again.
    private static let deathLimit = 3

    private struct State {
        var running: WorkerTemplate?
        /// Who makes one, for all others to wait for.
        var making: Promise<WorkerTemplate?>?
        var attempt: Task<WorkerTemplate?, Never>?
        var deaths = 0
        /// There won't be one any more.
        var isOver = false
    }

    private let plan: SlotPlan
    private let server: ForkServer
    private let state = Mutex(State())

    init(_ plan: SlotPlan, server: ForkServer) {
        self.plan = plan
        self.server = server
    }

    /// The process, while there is one.
    var process: Int32? {
        state.withLock { $0.running.flatMap { $0.isRunning ? $0.pid : nil } }
    }

    /// The template, made now if there is none; nothing where workers open the plugin themselves.
    func current() async -> WorkerTemplate? {
        enum Way { case take(WorkerTemplate?), wait(Promise<WorkerTemplate?>), make, over }
        let promise = Promise<WorkerTemplate?>()
        let way: Way = state.withLock { state in
            if state.isOver { return .take(nil) }
            if let making = state.making { return .wait(making) }
            if let running = state.running {
                if running.isRunning { return .take(running) }
                state.running = nil
                state.deaths += 1
            }
            guard state.deaths <= Self.deathLimit else {
                state.isOver = true
                return .over
            }
            state.making = promise
            return .make
        }
        switch way {
        case .take(let template): return template
        case .wait(let making): return await making.value
        case .make: return await make(promise)
        case .over:
            note(.warning, "it has died \(Self.deathLimit + 1) times")
            return nil
        }
    }

    /// Gives up one that is on its way: no more workers are wanted.
    func giveUp() {
        let attempt = state.withLock { state in
            state.isOver = true
            return state.attempt
        }
        attempt?.cancel()
    }

    /// Ends it.
    func close() {
        giveUp()
        state.withLock { $0.running.take() }?.end()
    }

    private func make(_ promise: Promise<WorkerTemplate?>) async -> WorkerTemplate? {
        // Unstructured, because all who want one wait for it; `giveUp` cancels it.
        let attempt = Task(name: "open \(name)") { await self.attempt() }
        let isOver = state.withLock { state in
            state.attempt = attempt
            return state.isOver
        }
        if isOver { attempt.cancel() }
        let made = await attempt.value
        let isWanted = state.withLock { state in
            state.making = nil
            state.attempt = nil
            if !state.isOver { state.running = made }
            return !state.isOver
        }
        if !isWanted { made?.end() }
        promise.keep(isWanted ? made : nil)
        return isWanted ? made : nil
    }

    private func attempt() async -> WorkerTemplate? {
        let limit = min(plan.service.startTimeout, Rehearsal.openLimit)
        let (log, generation, name) = (plan.surroundings.log, plan.generation, self.name)
        do throws(TransportError) {
            return try await server.makeTemplate(
                ForkedWorker.spawn(plan, name: name), opening: plan.plugin.path,
                within: UInt64(limit.nanosecondsClamped)
            ) { lines, _ in
                for line in lines {
                    log.write(.info, line, identifier: name, generation: generation)
                }
            }
        } catch {
            // A fork that failed may go well the next time; the plugin's affairs won't change.
            guard error.code == .unfit || error.code == .closed else { return nil }
            state.withLock { $0.isOver = true }
            note(error.code == .unfit ? .info : .warning, error.message)
            return nil
        }
    }

    private var name: String { "\(plan.service.name)/\(plan.generation)#template" }

    private func note(_ level: Logger.Level, _ reason: String) {
        plan.surroundings.log.write(
            level, "workers open the plugin themselves", metadata: [LogKey.reason: reason],
            identifier: name, generation: plan.generation)
    }
}
