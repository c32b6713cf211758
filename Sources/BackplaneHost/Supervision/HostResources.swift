// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What the services of one host share.
final class HostResources: Sendable {
    let configuration: HostConfiguration
    let started = Instant.now
    let router: Router
    /// For plugin code that the host's edges enter, and for work that blocks.
    let threads = ElasticThreads("backplane")
    let workers: WorkerSource
    let observers: ServiceObservers
    let events: EventLog

    init(
        configuration: HostConfiguration, payloadLimit: Int, workers: WorkerSource,
        observers: ServiceObservers, events: EventLog
    ) {
        self.configuration = configuration
        router = Router(payloadLimit: payloadLimit)
        self.workers = workers
        self.observers = observers
        self.events = events
    }

    /// Where the private copies of plugins lie.
    var stagedFolder: String { "\(configuration.stateFolder)/staged" }

    /// Makes the slot that a service's configuration names.
    func makeSlot(_ plan: SlotPlan) throws(CallError) -> any Slot {
        switch plan.service.slot {
        case .inProcess: InProcessSlot(plan)
        case .async: AsyncSlot(plan)
        case .forked: try workers.makeSlot(plan)
        }
    }
}
