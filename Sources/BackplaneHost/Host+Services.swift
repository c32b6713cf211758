// SPDX-License-Identifier: Apache-2.0

/// What an embedding program does with services besides those of the configuration.
extension Host {
    /// The configuration of a service, as it is by now.
    package func configuration(of service: String) -> ServiceConfiguration? {
        managed(service)?.service.configuration
    }

    /// The folder for the socket, staged images and the lock.
    package var stateFolder: String { resources.configuration.stateFolder }

    /// How many calls run in a service, and in which processes, if any.
    package func load(of service: String) -> (running: Int, processes: [Int32])? {
        guard let load = managed(service)?.service.generation?.slot.load else { return nil }
        return (load.running, load.processes)
    }

    /// The names of all services, in the order in which they came.
    package var serviceNames: [String] { managed.map(\.service.name) }

    /// Takes a service in, which starts with the others.
    ///
    /// Only before `run`.
    package func declare(_ configuration: ServiceConfiguration) throws(CallError) {
        guard managed(configuration.name) == nil else { throw .taken(configuration.name) }
        _ = services.add(configuration)
        declare { $0.append(configuration) }
    }

    /// Has a service be another before it was started; only before `run`.
    package func redeclare(_ configuration: ServiceConfiguration) throws(CallError) {
        let name = configuration.name
        guard let managed = managed(name) else {
            throw .unknownService(name, among: serviceNames)
        }
        managed.supervisor.maker.releaseAll()
        managed.service.configure(configuration)
        declare { services in
            guard let index = services.firstIndex(where: { $0.name == name }) else { return }
            services[index] = configuration
        }
    }

    /// Lets go of a service before it was started; only before `run`.
    ///
    /// - Returns: Whether there was one.
    package func undeclare(_ name: String) -> Bool {
        guard let managed = managed(name) else { return false }
        managed.supervisor.maker.releaseAll()
        services.remove(name)
        declare { $0.removeAll { $0.name == name } }
        return true
    }

    /// Lets go of what the program has handed over: the host has ended, or never begins.
    package func releaseServices() {
        for managed in managed { managed.supervisor.maker.releaseAll() }
    }

    private func declare(_ change: (inout [ServiceConfiguration]) -> Void) {
        var configuration = resources.configuration
        change(&configuration.services)
        resources.configure(configuration)
    }

    /// Takes a service in while the host runs, and starts it.
    ///
    /// - Throws: Why it does not come up; it is as if it had never been there then.
    package func add(_ configuration: ServiceConfiguration) async throws(CallError) {
        try await reloader.add(configuration)
    }

    /// Has a running service be another plugin, or with another configuration; its state is kept.
    ///
    /// - Throws: Why it stays as it was.
    package func replace(_ configuration: ServiceConfiguration) async throws(CallError) {
        try await reloader.replace(configuration)
    }

    /// Stops a service and forgets it.
    ///
    /// - Returns: Whether there was one.
    package func remove(_ name: String) async -> Bool {
        await reloader.remove(name)
    }

    /// Has services look at their plugins again.
    ///
    /// - Parameter services: Which; nil for all.
    /// - Throws: Why one of them stays as it was.
    package func reload(_ services: [String]?) async throws(CallError) {
        let report = try await reloader.reload(ReloadRequest(services: services, cause: .command))
            .get()
        let refused = report.services.filter(\.isRefused)
        guard !refused.isEmpty else { return }
        throw CallError(
            .incompatible,
            refused.map { "service '\($0.name)': \($0.reason ?? $0.outcome)" }
                .joined(separator: "; "))
    }
}
