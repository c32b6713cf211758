// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Synchronization

/// The services of a host, each with everything that belongs to it.
final class ManagedServices: Sendable {
    private let resources: HostResources
    private let logger: Logger
    private let services: Mutex<[Host.ManagedService]>

    /// Makes the services of the configuration in force; calls reach them once they are published.
    init(_ resources: HostResources, logger: Logger) {
        self.resources = resources
        self.logger = logger
        services = Mutex(
            resources.configuration.services.map { Self.make($0, resources, logger) })
    }

    /// In the order of the configuration.
    var all: [Host.ManagedService] { services.withLock { $0 } }

    /// The service of that name.
    subscript(name: String) -> Host.ManagedService? { all.first { $0.service.name == name } }

    private static func make(
        _ configuration: ServiceConfiguration, _ resources: HostResources, _ logger: Logger
    ) -> Host.ManagedService {
        let service = Service(configuration)
        let log = ServiceLog(service: configuration.name, logger: logger)
        return Host.ManagedService(
            service: service,
            supervisor: ServiceSupervisor(service, shared: resources, log: log), log: log)
    }

    /// Lets calls find the services.
    func publish() {
        for managed in all { resources.router.add(managed.service) }
    }

    /// Takes in a service, which calls find from now on; somebody has to start it.
    func add(_ configuration: ServiceConfiguration) -> Host.ManagedService {
        let managed = Self.make(configuration, resources, logger)
        services.withLock { $0.append(managed) }
        resources.router.add(managed.service)
        return managed
    }

    /// Forgets a service, which has been stopped.
    func remove(_ name: String) {
        resources.router.remove(name)
        services.withLock { $0.removeAll { $0.service.name == name } }
    }

    /// Puts the services in this order; those that it does not name come last.
    func arrange(_ names: [String]) {
        let places = Dictionary(
            names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        services.withLock { services in
            let placed = services.enumerated().sorted { first, second in
                let left = places[first.element.service.name] ?? .max
                let right = places[second.element.service.name] ?? .max
                return (left, first.offset) < (right, second.offset)
            }
            services = placed.map(\.element)
        }
    }
}
