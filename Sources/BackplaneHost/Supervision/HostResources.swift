// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// What the services of one host share.
final class HostResources: Sendable {
    private let settings: Mutex<HostConfiguration>
    let started = Instant.now
    let router: Router
    /// For plugin code that the host's edges enter, and for work that blocks.
    let threads = ElasticThreads("backplane")
    /// For tasks with code of the embedding program.
    let executor: ThreadExecutor
    let workers: WorkerSource
    let observers: ServiceObservers
    let events: EventLog
    /// Whose turn it is to hold its calls.
    let holds = OrderQueue()

    init(
        configuration: HostConfiguration, payloadLimit: Int, workers: WorkerSource,
        observers: ServiceObservers, events: EventLog
    ) {
        settings = Mutex(configuration)
        executor = ThreadExecutor(threads)
        router = Router(payloadLimit: payloadLimit)
        self.workers = workers
        self.observers = observers
        self.events = events
    }

    /// The configuration in force.
    var configuration: HostConfiguration { settings.withLock { $0 } }

    /// Puts another configuration in force.
    func configure(_ configuration: HostConfiguration) {
        settings.withLock { $0 = configuration }
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
