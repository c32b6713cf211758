// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplanePayload
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// Brings one service up, keeps it up, and takes it down: desired and actual apart.
///
/// Everything that changes a service goes through here, one thing at a time.
actor ServiceSupervisor {
    /// What somebody wants.
    enum Desired: Sendable { case running, stopped }

    private var configuration: ServiceConfiguration
    private let service: Service
    private let shared: HostResources
    private let log: ServiceLog
    private let stage: PluginStage

    private var desired = Desired.stopped {
        didSet { condition.want(desired == .running) }
    }
    private var generationCount = 0
    private var policy: RestartPolicy
    /// The generation in charge, or on its way down.
    private var generation: Generation?
    /// The loop that brings the service up; at most one.
    private var bringUp: Task<Void, Never>?
    private var settling: [Promise<ServiceState>] = []
    private let orders = OrderQueue()

    /// What is, also for those who can't wait for the actor.
    nonisolated let condition: ServiceCondition

    init(_ service: Service, shared: HostResources, log: ServiceLog) {
        self.service = service
        self.shared = shared
        self.log = log
        configuration = service.configuration
        policy = RestartPolicy(service.configuration.restart)
        stage = PluginStage(folder: shared.stagedFolder)
        condition = ServiceCondition()
    }

    private var state: ServiceState {
        get { condition.state }
        set {
            condition.set(newValue)
            guard newValue.isSettled else { return }
            let waiting = settling
            settling = []
            for promise in waiting { promise.keep(newValue) }
        }
    }

    // MARK: What others want

    /// Wants it to run, and waits until it is running or there is a reason why not.
    @discardableResult
    func start() async -> ServiceState {
        desired = .running
        return await orders.oneAtATime {
            if state == .running { return state }
            policy.reset()
            await interrupt()
            return await begin()
        }
    }

    /// Wants it down, and waits until it is.
    @discardableResult
    func stop() async -> ServiceState {
        desired = .stopped
        // Before it waits for its turn: an order to start that is being carried out ends early.
        bringUp?.cancel()
        return await orders.oneAtATime {
            await interrupt()
            service.close(.unavailable(service.name, because: "it was stopped"))
            await retire()
            state = .stopped
            return .stopped
        }
    }

    /// Stops and starts it.
    @discardableResult
    func restart() async -> ServiceState {
        desired = .running
        bringUp?.cancel()
        return await orders.oneAtATime {
            await interrupt()
            service.hold()
            await retire()
            policy.reset()
            return await begin()
        }
    }

    /// Ends the loop that brings the service up.
    private func interrupt() async {
        bringUp?.cancel()
        await bringUp?.value
        bringUp = nil
    }

    private func begin() async -> ServiceState {
        guard desired == .running else { return state }
        let settled = Promise<ServiceState>()
        state = .starting
        settling.append(settled)
        service.hold()
        bringUp = Task(name: "bring up \(service.name)") { await self.run() }
        return await settled.value
    }

    // MARK: Bringing up

    /// Tries until the service is running, is not wanted any more, or can't be helped.
    private func run() async {
        while desired == .running, !Task.isCancelled {
            state = .starting
            guard let path = locate() else {
                let paths = configuration.plugin.candidates(in: shared.configuration.pluginFolders)
                state = .waiting(lookedAt: paths)
                service.close(.unavailable(service.name, because: state.reason ?? ""))
                shared.observers.failed(service.name, because: state.reason ?? "")
                await waitForFile(paths)
                continue
            }
            service.hold()
            do throws(CallError) {
                try await mount(path)
                if state == .running { return }
            } catch {
                guard await copeWith(error) else { return }
            }
        }
        // Interrupted: whoever waits for it to settle goes on.
        state = .stopped
    }

    private func waitForFile(_ paths: [String]) async {
        while !Task.isCancelled, !paths.contains(where: { FilePresence.exists($0) }) {
            await pause(.milliseconds(250))
        }
    }

    private func locate() -> String? {
        configuration.plugin.candidates(in: shared.configuration.pluginFolders)
            .first { FilePresence.exists($0) }
    }

    /// Makes a generation of the plugin at `path` and puts it in charge.
    private func mount(_ path: String) async throws(CallError) {
        let begin = Instant.now
        generationCount += 1
        let number = generationCount
        let name = service.name
        let staged: Result<StagedPlugin, ImageError> = await shared.threads.perform { [stage] in
            do throws(ImageError) {
                return .success(try stage.stage(path, service: name, generation: number))
            } catch {
                return .failure(error)
            }
        }
        let plugin: StagedPlugin
        switch staged {
        case .success(let copy): plugin = copy
        case .failure(let error): throw CallError(error)
        }
        let functions = ProvidedFunctions { [service] in service.statistics(of: $0) }
        let slot = try shared.makeSlot(plan(number, plugin, functions))
        let description: PluginDescription
        do throws(CallError) {
            description = try await slot.start()
            try checkState(description)
        } catch {
            // Does nothing to a slot that undid its own start.
            await slot.stop(drain: .zero)
            removeCopies(of: number)
            // The copy is the host's affair: people know the file it was made from.
            var told = error
            told.message.replace(plugin.path, with: plugin.original)
            throw told
        }
        let generation = Generation(
            number: number, service: service, slot: slot, description: description,
            plugin: plugin, functions: functions)
        guard !Task.isCancelled, desired == .running else {
            await slot.stop(drain: .zero)
            removeCopies(of: number)
            return
        }
        self.generation = generation
        shared.router.functions.publish(generation) { [log, service] function in
            log.write(
                .error, "function is provided by another service already",
                metadata: ["function": function], identifier: service.name, generation: number)
        }
        service.open(generation)
        policy.started(at: .now)
        condition.started(generation)
        state = .running
        shared.observers.ready(service.name, after: Instant.now.duration(since: begin))
    }

    /// Each worker has a state of its own: of several, every call would meet another.
    private func checkState(_ plugin: PluginDescription) throws(CallError) {
        guard plugin.hasState, configuration.slot == .forked, configuration.workers > 1 else {
            return
        }
        throw CallError(
            .incompatible,
            "plugin '\(plugin.name)' keeps state, and \(configuration.workers) forked workers would "
                + "each have a state of their own; set workers: 1, or mount it async")
    }

    private func plan(
        _ number: Int, _ plugin: StagedPlugin, _ functions: ProvidedFunctions
    ) throws(CallError) -> SlotPlan {
        let bytes: [UInt8]
        do {
            bytes = try CBOR.encode(configuration.configuration.payloadValue)
        } catch {
            throw CallError(.internal, "its config can't be encoded: \(error.message)")
        }
        return SlotPlan(
            service: configuration, generation: number, plugin: plugin,
            configuration: Payload(bytes), functions: functions,
            surroundings: InstanceContext.Surroundings(
                router: shared.router, log: log,
                failed: InstanceContext.Failure { [weak self] error in
                    // Not awaited by anybody: the instance that reports has nothing to wait for.
                    Task(name: "failure of a service") {
                        await self?.instanceFailed(error, generation: number)
                    }
                },
                died: InstanceContext.Deaths { [condition] in condition.died($0) }),
            environment: shared.router.environment, threads: shared.threads)
    }

    /// Decides what follows a failed attempt, and waits for it.
    ///
    /// - Returns: Whether to try again.
    private func copeWith(_ error: CallError) async -> Bool {
        // Interrupted on purpose: no failure.
        guard !Task.isCancelled else { return true }
        condition.failed(error)
        // The same bytes will be refused again: only a new file or an order helps.
        if error.code == .incompatible {
            return giveUp(error.message, code: .incompatible)
        }
        switch policy.ended(.failure, at: .now, jitter: .random(in: 0..<1)) {
        case .giveUp(let why):
            return giveUp("\(error.message); \(why)")
        case .restart(let delay):
            state = .backingOff(reason: error.message)
            // Calls wait for a restart that is immediate.
            if delay > .zero {
                service.close(.unavailable(service.name, because: "it failed: \(error.message)"))
            }
            log.write(
                .error, "start failed",
                metadata: [
                    LogKey.error: error.message, LogKey.delay: "\(DurationWords.text(delay))",
                ],
                identifier: service.name, generation: generationCount)
            shared.observers.failed(service.name, because: error.message)
            await pause(delay)
            return true
        }
    }

    private func giveUp(_ reason: String, code: OutcomeCode = .unavailable) -> Bool {
        state = .failed(reason: reason)
        var refusal = CallError.unavailable(service.name, because: reason)
        refusal.code = code
        service.close(refusal)
        log.write(
            .error, "start failed", metadata: [LogKey.error: reason], identifier: service.name,
            generation: generationCount)
        shared.observers.failed(service.name, because: reason)
        return false
    }

    private func pause(_ time: Duration) async {
        guard time > .zero else { return }
        // Cancellation ends the pause early, which is what it is for.
        try? await Task.sleep(for: time)
    }

    // MARK: Taking down

    /// Takes the news that an instance can't go on, or that a slot has no worker left.
    private func instanceFailed(_ error: CallError, generation number: Int) async {
        await orders.oneAtATime {
            guard desired == .running, let generation, generation.number == number else { return }
            condition.failed(error)
            condition.restarted()
            log.write(
                .error, "service failed", metadata: [LogKey.error: error.message],
                identifier: service.name, generation: number)
            service.hold()
            await retire()
            guard desired == .running else { return }
            bringUp = Task(name: "bring up \(service.name)") {
                if await self.copeWith(error) { await self.run() }
            }
        }
    }

    /// Ends the generation in charge; the service's gate is the caller's affair.
    private func retire() async {
        guard let generation else { return }
        self.generation = nil
        state = .stopping
        let direct = shared.router.functions.withdraw(service.name)
        await generation.slot.stop(drain: configuration.drainTimeout)
        await waitForDirectCalls(direct)
        removeCopies(of: generation.number)
        condition.stopped()
    }

    private func waitForDirectCalls(_ calls: DirectCalls) async {
        let limit = Instant.now.advanced(by: configuration.drainTimeout)
        while !calls.areOver, Instant.now < limit { await pause(.milliseconds(1)) }
    }

    private func removeCopies(of number: Int) {
        do throws(ImageError) {
            try stage.remove(service: service.name, generation: number)
        } catch {
            log.write(
                .warning, "staged copy stays", metadata: [LogKey.error: error.message],
                identifier: service.name, generation: number)
        }
    }
}
