// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// How a service gets another generation while it runs.
extension ServiceSupervisor {
    /// Looks at the plugin's file, and at a configuration, and puts in charge what is new.
    ///
    /// Whatever fails, the generation in charge stays there, with its configuration.
    ///
    /// - Parameters:
    ///   - force: Whether the same bytes with the same configuration make a new generation too.
    ///   - configuration: What the service is to be from now on; `nil` for what it is.
    func reload(
        _ cause: ReloadCause, force: Bool = false, configuration: ServiceConfiguration? = nil
    ) async -> ReloadOutcome {
        guard !force, configuration == nil else {
            return await orders.oneAtATime {
                await look(cause, force: force, configuration ?? service.configuration)
            }
        }
        // Twenty builds in two seconds: one that waits for its turn will see the last of them.
        if let nextReload { return await nextReload.value }
        let outcome = Promise<ReloadOutcome>()
        nextReload = outcome
        return await orders.oneAtATime {
            nextReload = nil
            let result = await look(cause, force: false, service.configuration)
            outcome.keep(result)
            return result
        }
    }

    private func look(
        _ cause: ReloadCause, force: Bool, _ configuration: ServiceConfiguration
    ) async -> ReloadOutcome {
        guard desired == .running else {
            service.configure(configuration)
            return outcome(.stopped)
        }
        guard let old = generation else {
            service.configure(configuration)
            return outcome(of: await begin())
        }
        guard let origin = locate(configuration) else {
            return await lacksFile(configuration, old, cause)
        }
        let source: PluginSource
        do throws(CallError) {
            source = try await maker.read(origin)
        } catch {
            return refuse(error, cause, nil)
        }
        let isSame =
            source.hash == old.plugin.hash
            && !configuration.needsGeneration(after: old.configuration)
        if isSame, !force { return await adopt(configuration, old, cause) }
        if let refusal, !force, refusal.covers(source, configuration, cause: cause) {
            return outcome(.refused(refusal.error.message))
        }
        return await swap(
            SwapOrder(source: source, configuration: configuration), from: old, cause)
    }

    /// The file is gone: what runs is a copy of it.
    private func lacksFile(
        _ configuration: ServiceConfiguration, _ old: Generation, _ cause: ReloadCause
    ) async -> ReloadOutcome {
        let paths = configuration.plugin.candidates(in: shared.configuration.pluginFolders)
        let reason = ServiceState.waiting(lookedAt: paths).reason ?? ""
        guard configuration.needsGeneration(after: old.configuration) else {
            return await adopt(configuration, old, cause)
        }
        return outcome(.waiting(reason))
    }

    /// Takes over what needs no new generation.
    private func adopt(
        _ configuration: ServiceConfiguration, _ old: Generation, _ cause: ReloadCause
    ) async -> ReloadOutcome {
        condition.foundUnchanged()
        let before = service.configuration
        guard configuration != before else {
            record(.unchanged, old, cause: cause)
            return outcome(.unchanged)
        }
        do throws(CallError) {
            if let error = StateCompatibility.placement(of: old.description, in: configuration) {
                throw error
            }
            if configuration.workers != before.workers {
                try await old.slot.resize(to: configuration.workers)
            }
        } catch {
            return refuse(error, cause, nil)
        }
        service.configure(configuration)
        old.slot.keepStandbys()
        policy.configuration = configuration.restart
        record(.configured, old, cause: cause)
        return outcome(.unchanged)
    }

    /// Swaps the generation in charge for another one.
    private func swap(
        _ order: SwapOrder, from old: Generation, _ cause: ReloadCause
    ) async -> ReloadOutcome {
        let report = await carryOut(order, from: old)
        switch report.result {
        case .switched(let generation):
            refusal = nil
            endProbation()
            takeCharge(generation)
            record(.switched, generation, cause: cause, report: report)
            retire(old, direct: report.direct)
            watch(generation, after: old, state: report.state)
            return outcome(.switched(from: old.number, to: generation.number), report.phases)
        case .stayed(let error):
            return refuse(error, cause, (order, report))
        case .broughtBack(let generation, let error):
            takeCharge(generation)
            settle(on: generation)
            condition.retired(old.number)
            return refuse(error, cause, (order, report))
        case .down(let error):
            generation = nil
            condition.retired(old.number)
            condition.stopped()
            let outcome = refuse(error, cause, (order, report))
            recover(from: error)
            return outcome
        }
    }

    /// Runs a swap that `stop` can interrupt.
    func carryOut(_ order: SwapOrder, from old: Generation) async -> SwapReport {
        let maker = maker
        let task = Task(name: "swap \(service.name)") {
            await SwapReport(order, from: old, by: maker)
        }
        swapping = task
        defer { swapping = nil }
        // It was stopped before there was something to interrupt.
        if desired == .stopped { task.cancel() }
        return await task.value
    }

    private func refuse(
        _ error: CallError, _ cause: ReloadCause, _ attempt: (order: SwapOrder, report: SwapReport)?
    ) -> ReloadOutcome {
        condition.failed(error)
        if let (order, report) = attempt {
            if error.code != .cancelled {
                refusal = Refusal(
                    hash: order.source.hash, configuration: order.configuration, error: error)
            }
            record(.refused, nil, cause: cause, report: report, message: error.message)
        } else {
            record(.refused, cause: cause, message: error.message)
        }
        removeCopies()
        return outcome(.refused(error.message), attempt?.report.phases ?? [])
    }

    private func outcome(
        _ result: ReloadOutcome.Result, _ phases: [HostEvent.Phase] = []
    ) -> ReloadOutcome {
        ReloadOutcome(service: service.name, result: result, phases: phases)
    }

    private func outcome(of state: ServiceState) -> ReloadOutcome {
        switch state {
        case .running: outcome(.started(generation: generation?.number ?? 0))
        case .waiting: outcome(.waiting(state.reason ?? ""))
        case .stopped: outcome(.stopped)
        case .failed, .backingOff, .starting, .stopping: outcome(.refused(state.reason ?? ""))
        }
    }
}

extension ServiceConfiguration {
    /// Whether a generation that was made with `old` can't serve with this.
    func needsGeneration(after old: ServiceConfiguration) -> Bool {
        ServicePlan(from: old, to: self)?.need == .generation
    }
}
