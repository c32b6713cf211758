// SPDX-License-Identifier: Apache-2.0

/// One service on its way to a new configuration or to new bytes.
struct ServiceFollow: Sendable {
    /// What it has to do.
    enum Step: Sendable {
        /// It is new, and comes up.
        case start
        /// It looks at its plugin again, and at its configuration, of which these keys changed.
        case reload(ServiceConfiguration?, [ServiceKey])
    }

    private let managed: Host.ManagedService
    private let step: Step
    private let request: ReloadRequest

    init(_ managed: Host.ManagedService, _ step: Step, _ request: ReloadRequest) {
        self.managed = managed
        self.step = step
        self.request = request
    }

    private var name: String { managed.service.name }
    private var supervisor: ServiceSupervisor { managed.supervisor }

    /// Does it, and says what came of it.
    func run() async -> ReloadReport.Service {
        switch step {
        case .start:
            guard managed.service.configuration.isEnabled else {
                return ReloadReport.Service(name: name, outcome: "stopped")
            }
            return report(of: await supervisor.start())
        case .reload(let configuration, let changes):
            guard changes.contains(.enabled), let configuration else {
                return await reload(configuration, changes)
            }
            // Down first: what nobody wants any more needs no other generation.
            if !configuration.isEnabled { await supervisor.stop() }
            let report = await reload(configuration, changes)
            guard configuration.isEnabled, report.outcome == "stopped" else { return report }
            return self.report(of: await supervisor.start())
        }
    }

    private func reload(
        _ configuration: ServiceConfiguration?, _ changes: [ServiceKey]
    ) async -> ReloadReport.Service {
        let before = supervisor.condition.now.generation?.number
        let outcome = await supervisor.reload(
            request.cause, force: request.force, configuration: configuration)
        var report = ReloadReport.Service(
            name: name, outcome: "unchanged", from: before,
            to: supervisor.condition.now.generation?.number,
            phases: outcome.phases.map { HostEventEntry.Phase($0) })
        switch outcome.result {
        case .switched(let from, let to):
            (report.outcome, report.from, report.to) = ("switched", from, to)
        case .started(let generation):
            (report.outcome, report.from, report.to) = ("started", nil, generation)
        case .unchanged:
            report.outcome = changes.isEmpty ? "unchanged" : "configured"
        case .refused(let reason):
            (report.outcome, report.reason) = ("refused", reason)
        case .waiting(let reason):
            // One that runs goes on with what it has, although it was told to be another.
            (report.outcome, report.reason) = (report.to == nil ? "waiting" : "refused", reason)
        case .stopped:
            report.outcome = "stopped"
        }
        return report
    }

    /// What a start has led to.
    private func report(of state: ServiceState) -> ReloadReport.Service {
        let generation = supervisor.condition.now.generation?.number
        let outcome =
            switch state {
            case .running: "started"
            case .waiting: "waiting"
            case .stopped, .stopping: "stopped"
            case .failed, .backingOff, .starting: "failed"
            }
        return ReloadReport.Service(
            name: name, outcome: outcome, to: generation, reason: state.reason)
    }
}
