// SPDX-License-Identifier: Apache-2.0

/// Asks services how they are doing, for a call.
struct HealthCheck: Sendable {
    /// How long an instance may take to say so.
    private static let limit = Duration.seconds(5)

    private let services: [Host.ManagedService]

    init(of services: [Host.ManagedService]) {
        self.services = services
    }

    /// Begins, and completes `call` with what they say.
    func carryOut(for call: Call) {
        // Ends when all have answered, or their time is over.
        Task(name: "host.health") {
            let reports = await withTaskGroup(of: (Int, HostHealth.Service).self) { tasks in
                for (index, managed) in services.enumerated() {
                    tasks.addTask { (index, await Self.report(of: managed)) }
                }
                return await tasks.reduce(into: []) { $0.append($1) }
            }
            do {
                try HostService.answer(
                    call, HostHealth(services: reports.sorted { $0.0 < $1.0 }.map(\.1)))
            } catch {
                call.complete(.error(.internal, "\(error)"))
            }
        }
    }

    private static func report(of managed: Host.ManagedService) async -> HostHealth.Service {
        let condition = managed.supervisor.condition.now
        let instances = await condition.generation?.slot.health(within: limit) ?? []
        let worst =
            instances.first { $0.status == .unhealthy }
            ?? instances.first { $0.status == .degraded }
        let health = worst?.status ?? (instances.isEmpty ? .unhealthy : .healthy)
        let absence =
            instances.isEmpty ? condition.state.reason ?? "it is \(condition.state.name)" : nil
        return HostHealth.Service(
            name: managed.service.name, health: health.rawValue, reason: worst?.reason ?? absence,
            instances: instances.map {
                HostHealth.Instance(
                    identifier: $0.identifier, health: $0.status.rawValue, reason: $0.reason)
            })
    }
}
