// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// Brings one service up, keeps it up, swaps it, and takes it down: desired and actual apart.
///
/// Everything that changes a service goes through here, one thing at a time.
actor ServiceSupervisor {
    /// What somebody wants.
    enum Desired: Sendable { case running, stopped }

    nonisolated let service: Service
    nonisolated let shared: HostResources
    nonisolated let log: ServiceLog
    nonisolated let maker: GenerationMaker
    /// What is, also for those who can't wait for the actor.
    nonisolated let condition: ServiceCondition
    /// The generation whose first death or failure brings the last one back.
    nonisolated let onProbation = Mutex<Int?>(nil)

    var desired = Desired.stopped {
        didSet { condition.want(desired == .running) }
    }
    var policy: RestartPolicy
    /// The generation in charge, or on its way down.
    var generation: Generation?
    /// What to go back to.
    var lastGood: LastGood?
    /// What not to try again.
    var refusal: Refusal?
    var probation: Probation?
    var probationEnd: Task<Void, Never>?
    /// Generations that finish their calls.
    var retiring: [Int: Task<Void, Never>] = [:]
    /// What is under way for an order: a swap, or the loop that brings the service up.
    var swapping: Task<SwapReport, Never>?
    /// The loop that brings the service up; at most one.
    private var bringUp: Task<Void, Never>?
    /// Whether that loop is making a generation at this moment.
    var isBringingUp = false
    /// A reload that waits for its turn: who asks for another meanwhile is served by it.
    var nextReload: Promise<ReloadOutcome>?
    /// Wakes the loop that waits for a file.
    private var fileNews = Promise<Void>()
    private var settling: [Promise<ServiceState>] = []
    let orders = OrderQueue()

    init(_ service: Service, shared: HostResources, log: ServiceLog) {
        self.service = service
        self.shared = shared
        self.log = log
        condition = ServiceCondition()
        maker = GenerationMaker(service, shared: shared, log: log, condition: condition)
        policy = RestartPolicy(service.configuration.restart)
        maker.report(to: self)
    }

    var state: ServiceState {
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
            return await begin()
        }
    }

    /// Wants it down, and waits until it is.
    @discardableResult
    func stop() async -> ServiceState {
        desired = .stopped
        // Before it waits for its turn: an order to start that is being carried out ends early.
        bringUp?.cancel()
        swapping?.cancel()
        return await orders.oneAtATime {
            await interrupt()
            service.close(.unavailable(service.name, because: "it was stopped"))
            let wasUp = generation != nil
            await takeDown()
            state = .stopped
            if wasUp { record(.stopped) }
            return .stopped
        }
    }

    /// Stops and starts it.
    @discardableResult
    func restart() async -> ServiceState {
        desired = .running
        bringUp?.cancel()
        swapping?.cancel()
        return await orders.oneAtATime {
            await interrupt()
            service.hold()
            await takeDown()
            return await begin()
        }
    }

    /// Says that a file has come that the service may be waiting for.
    func fileAppeared() {
        fileNews.keep(())
    }

    /// Ends the loop that brings the service up.
    private func interrupt() async {
        bringUp?.cancel()
        await bringUp?.value
        bringUp = nil
    }

    /// Brings it up from what lies on the disk.
    func begin() async -> ServiceState {
        await interrupt()
        guard desired == .running else { return state }
        policy = RestartPolicy(service.configuration.restart)
        let settled = Promise<ServiceState>()
        state = .starting
        settling.append(settled)
        service.hold()
        bringUp = Task(name: "bring up \(service.name)") { await self.run(from: nil) }
        return await settled.value
    }

    // MARK: Bringing up

    /// Brings it up again after a failure, from the bytes that ran last.
    func recover(from error: CallError) {
        let copy = lastGood?.plugin
        bringUp = Task(name: "bring up \(service.name)") {
            if await self.copeWith(error) { await self.run(from: copy) }
        }
    }

    /// Tries until the service is running, is not wanted any more, or can't be helped.
    private func run(from copy: StagedPlugin?) async {
        while desired == .running, !Task.isCancelled {
            state = .starting
            guard copy != nil || locate(service.configuration) != nil else {
                await waitForFile()
                continue
            }
            service.hold()
            do throws(CallError) {
                try await bringUp(from: copy)
                if state == .running { return }
            } catch {
                guard await copeWith(error) else { return }
            }
        }
        // Interrupted: whoever waits for it to settle goes on.
        state = .stopped
    }

    private func waitForFile() async {
        let paths = candidates(service.configuration)
        let isNews = state != .waiting(lookedAt: paths)
        state = .waiting(lookedAt: paths)
        let reason = state.reason ?? ""
        service.close(.unavailable(service.name, because: reason))
        if isNews {
            shared.observers.failed(service.name, because: reason)
            record(.waiting, message: reason)
        }
        while !Task.isCancelled, !paths.contains(where: { FilePresence.exists($0) }) {
            // Where nothing watches, and to be sure where something does.
            let limit = Instant.now.advanced(by: .milliseconds(250))
            let news = Promise<Void>(
                by: limit, else: (), in: shared.router.environment.deadlines)
            fileNews = news
            await withTaskCancellationHandler {
                await news.value
            } onCancel: {
                news.keep(())
            }
        }
    }

    private func candidates(_ configuration: ServiceConfiguration) -> [String] {
        configuration.plugin.candidates(in: shared.configuration.pluginFolders)
    }

    func locate(_ configuration: ServiceConfiguration) -> PluginOrigin? {
        if case .embedded(let plugin) = configuration.plugin { return .program(plugin) }
        return candidates(configuration).first { FilePresence.exists($0) }.map { .file($0) }
    }

    /// Makes a first generation and puts it in charge.
    private func bringUp(from copy: StagedPlugin?) async throws(CallError) {
        let begin = Instant.now
        let configuration = service.configuration
        let source =
            if let copy {
                try await maker.read(copy)
            } else {
                try await maker.read(locate(configuration) ?? .file(""))
            }
        // What runs in this process could take the host with it, so it is tried out elsewhere.
        let order = SwapOrder(
            source: source, configuration: configuration,
            rehearses: configuration.slot != .forked && copy == nil)
        isBringingUp = true
        let report = await SwapReport(order, from: nil, by: maker)
        isBringingUp = false
        switch report.result {
        case .switched(let generation), .broughtBack(let generation, _):
            takeCharge(generation)
            settle(on: generation)
            record(.started, generation, report: report)
            shared.observers.ready(service.name, after: Instant.now.duration(since: begin))
        case .stayed(let error), .down(let error):
            removeCopies()
            // A bad build on the disk is no reason to be down.
            guard copy == nil, let lastGood, lastGood.plugin.hash != source.hash,
                !Task.isCancelled
            else { throw error }
            record(.refused, nil, report: report, message: error.message)
            try await bringUp(from: lastGood.plugin)
        }
    }

    /// Notes that a generation takes the service's calls.
    func takeCharge(_ generation: Generation) {
        self.generation = generation
        policy.started(at: .now)
        condition.started(generation)
        state = .running
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
                identifier: service.name, generation: maker.lastNumber)
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
        record(.failed, message: reason)
        shared.observers.failed(service.name, because: reason)
        return false
    }

    private func pause(_ time: Duration) async {
        guard time > .zero else { return }
        // Cancellation ends the pause early, which is what it is for.
        try? await Task.sleep(for: time)
    }
}
