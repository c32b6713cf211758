// SPDX-License-Identifier: Apache-2.0

/// A part of a service's configuration: how to see that it changed, and what a change of it needs.
struct ServiceField: Sendable {
    /// What two editions of a service have to do with each other.
    typealias Comparison = @Sendable (ServiceConfiguration, ServiceConfiguration) -> Bool

    /// The name of the property.
    let property: String
    /// The key that people write.
    let key: ServiceKey
    let differs: Comparison
    let need: @Sendable (ServiceConfiguration, ServiceConfiguration) -> ChangeNeed

    private init<Value: Equatable & SendableMetatype>(
        _ property: String, _ key: ServiceKey, _ need: ChangeNeed,
        _ value: @escaping @Sendable (ServiceConfiguration) -> Value
    ) {
        self.property = property
        self.key = key
        differs = { value($0) != value($1) }
        self.need = { _, _ in need }
    }

    private init(
        _ property: String, _ key: ServiceKey, differs: @escaping Comparison,
        need: @escaping @Sendable (ServiceConfiguration, ServiceConfiguration) -> ChangeNeed
    ) {
        self.property = property
        self.key = key
        self.differs = differs
        self.need = need
    }

    /// Every property of a service's configuration but its name, in the order of the keys.
    static let all: [ServiceField] = [
        ServiceField("plugin", .plugin, .generation) { $0.plugin },
        ServiceField("slot", .slot, .generation) { $0.slot },
        // Starts or stops the service, which is more than a change of its generation and not one.
        ServiceField("isEnabled", .enabled, .nothing) { $0.isEnabled },
        workers,
        ServiceField("standby", .standby, .workers) { $0.standby },
        ServiceField("concurrency", .concurrency, .generation) { $0.concurrency },
        ServiceField("queue", .queue, .generation) { $0.queue },
        ServiceField("timeout", .timeout, .nothing) { $0.timeout },
        ServiceField("methods", .methods, .nothing) { $0.methods },
        ServiceField("retries", .retries, .nothing) { $0.retries },
        ServiceField("restart", .restart, .nothing) { $0.restart },
        ServiceField("startTimeout", .startTimeout, .nothing) { $0.startTimeout },
        ServiceField("drainTimeout", .drainTimeout, .nothing) { $0.drainTimeout },
        ServiceField("killAfter", .killAfter, .nothing) { $0.killAfter },
        ServiceField("probation", .probation, .nothing) { $0.probation },
        ServiceField("swap", .swap, .nothing) { $0.swap },
        ServiceField("rehearse", .rehearse, .nothing) { $0.rehearse },
        ServiceField("maxGenerations", .maxGenerations, .nothing) { $0.maxGenerations },
        ServiceField("dependsOn", .dependsOn, .nothing) { $0.dependsOn },
        ServiceField("mayCall", .mayCall, .nothing) { $0.mayCall },
        ServiceField("messagesTo", .messagesTo, .nothing) { $0.messagesTo },
        ServiceField("requestsTo", .requestsTo, .nothing) { $0.requestsTo },
        ServiceField("configuration", .config, .generation) { $0.configuration },
        ServiceField("environment", .env, .generation) { $0.environment },
        // Which values are shown is not the workers' affair.
        ServiceField("secretVariables", .env, .nothing) { $0.secretVariables },
        ServiceField("limits", .limits, .generation) { $0.limits },
        ServiceField("poolBytes", .pool, .generation) { $0.poolBytes },
    ]

    /// Processes come and go by themselves; the threads of an async slot are as many as it was made with.
    private static let workers = ServiceField(
        "workers", .workers,
        differs: { old, new in
            guard old.slot != new.slot else { return old.workers != new.workers }
            // A service that says nothing of workers has as many as its slot gives it.
            return old.workers != old.slot.defaultWorkers || new.workers != new.slot.defaultWorkers
        },
        need: { old, new in
            guard old.slot == new.slot else { return .generation }
            return switch new.slot {
            case .inProcess: .nothing
            case .async: .generation
            case .forked: .workers
            }
        })
}
