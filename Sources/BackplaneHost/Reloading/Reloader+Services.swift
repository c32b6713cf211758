// SPDX-License-Identifier: Apache-2.0

/// How an embedding program changes which services there are, one change at a time with reloads.
extension Reloader {
    /// Takes a service in and starts it.
    ///
    /// - Throws: Why it does not come up; it is as if it had never been there then.
    func add(_ configuration: ServiceConfiguration) async throws(CallError) {
        let name = configuration.name
        let added: Result<Host.ManagedService, CallError> = await orders.oneAtATime {
            guard !isClosed else { return .failure(Self.closing) }
            guard services[name] == nil else { return .failure(.taken(name)) }
            configure { $0.append(configuration) }
            let managed = services.add(configuration)
            await watchFiles()
            return .success(managed)
        }
        let managed = try added.get()
        let state = await managed.supervisor.start()
        guard state != .running else { return }
        let error = managed.supervisor.condition.now.lastError?.0
        await remove(name)
        throw CallError(
            error?.code ?? .unavailable,
            "service '\(name)' is not registered, it does not come up: "
                + (error?.message ?? state.reason ?? "it was stopped"))
    }

    /// Has a service be another plugin, or with another configuration; its state is kept.
    ///
    /// - Throws: Why it stays as it was.
    func replace(_ configuration: ServiceConfiguration) async throws(CallError) {
        let name = configuration.name
        let result: Result<Void, CallError> = await orders.oneAtATime {
            guard !isClosed else { return .failure(Self.closing) }
            guard let managed = services[name] else {
                return .failure(.unknownService(name, among: services.all.map(\.service.name)))
            }
            let outcome = await managed.supervisor.reload(
                .command, force: true, configuration: configuration)
            let current = managed.service.configuration
            configure { services in
                guard let index = services.firstIndex(where: { $0.name == name }) else { return }
                services[index] = current
            }
            await watchFiles()
            switch outcome.result {
            case .switched, .started, .unchanged, .stopped: return .success(())
            case .refused(let reason), .waiting(let reason):
                let error = managed.supervisor.condition.now.lastError?.0
                return .failure(
                    CallError(
                        error?.code ?? .unavailable,
                        "service '\(name)' is not replaced: \(reason)"))
            }
        }
        try result.get()
    }

    /// Stops a service and forgets it.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    func remove(_ name: String) async -> Bool {
        await orders.oneAtATime {
            guard let managed = services[name] else { return false }
            await managed.supervisor.stop()
            managed.supervisor.maker.releaseAll()
            services.remove(name)
            configure { $0.removeAll { $0.name == name } }
            await watchFiles()
            return true
        }
    }

    private func configure(_ change: (inout [ServiceConfiguration]) -> Void) {
        var configuration = resources.configuration
        change(&configuration.services)
        resources.configure(configuration)
    }

    private static let closing = CallError.unavailable(
        HostService.name, because: "it is being stopped")
}

extension CallError {
    /// There is a service of this name already.
    static func taken(_ service: String) -> Self {
        Self(
            .invalidArgument,
            "service '\(service)' is registered already; replace(_:with:) has it be another plugin "
                + "and keeps its state, reload(_:) takes a newer build of the same file, "
                + "unregister(_:) lets go of it")
    }
}
