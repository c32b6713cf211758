// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

extension ServiceManager {
    /// Registers a plugin type of the program as a service: the host makes the instance.
    ///
    /// Before the manager is started, the service starts with it. Afterwards it is up when this
    /// returns.
    ///
    /// - Parameters:
    ///   - name: The service's name; matches `[a-z][a-z0-9_-]*`.
    ///   - type: The plugin.
    ///   - slot: In-process or async; the manager's unless given, as all that follows.
    ///   - workers: The threads of an async service.
    ///   - timeout: The time for each attempt of a call.
    ///   - retries: How often a call is tried again.
    ///   - config: What the plugin gets as its configuration.
    /// - Throws: `invalid-argument` when the name is taken or no name, `incompatible` in the slot
    ///   forked: a process can't be made of this one; what kept the service from coming up.
    public func register<P: Plugin>(
        _ name: String, as type: P.Type, slot: Slot? = nil, workers: Int? = nil,
        timeout: Duration? = nil, retries: Retries? = nil, config: Value = .null
    ) async throws(BackplaneError) {
        let settings = defaults.with(
            slot: slot, workers: workers, timeout: timeout, retries: retries)
        try await register(
            settings.configuration(of: name, plugin: Self.embed(type), config: config))
    }

    /// Registers an instance of a plugin that the program has made itself.
    ///
    /// The service is that very object; it gets `start`, `run` and `stop` like any other, again after
    /// a restart. See ``register(_:as:slot:workers:timeout:retries:config:)-(_,P.Type,_,_,_,_,_)``
    /// for the rest.
    public func register<P: Plugin>(
        _ name: String, as instance: P, slot: Slot? = nil, workers: Int? = nil,
        timeout: Duration? = nil, retries: Retries? = nil, config: Value = .null
    ) async throws(BackplaneError) {
        let settings = defaults.with(
            slot: slot, workers: workers, timeout: timeout, retries: retries)
        let plugin = try Self.embed(instance)
        try await register(settings.configuration(of: name, plugin: plugin, config: config))
    }

    /// Registers a plugin from a `.so`, in any slot.
    ///
    /// It is rehearsed in a process of its own before it runs in this one, and a newer build of it
    /// goes in while it runs.
    ///
    /// - Parameters:
    ///   - name: The service's name; matches `[a-z][a-z0-9_-]*`.
    ///   - plugin: The name of a plugin, looked up as `lib<Name>.so` in ``Options/plugins``, or the
    ///     path of a file, which has a slash in it.
    ///   - workers: The threads of an async service, or the processes of a forked one.
    /// - Throws: `not-found` when there is no such file, and what the other forms throw.
    public func register(
        _ name: String, plugin: String, slot: Slot? = nil, workers: Int? = nil,
        timeout: Duration? = nil, retries: Retries? = nil, config: Value = .null
    ) async throws(BackplaneError) {
        let settings = defaults.with(
            slot: slot, workers: workers, timeout: timeout, retries: retries)
        try await register(
            settings.configuration(
                of: name, plugin: reference(plugin, for: name), config: config))
    }

    private func register(_ service: ServiceConfiguration) async throws(BackplaneError) {
        try check(service)
        let isDeclared = try life.beforeStart { () throws(CallError) -> Bool in
            try host.declare(service)
            return true
        }
        guard isDeclared == nil else { return }
        try await life.start()
        try await hosted { (host) async throws(CallError) in try await host.add(service) }
    }

    /// Stops a service and lets go of it; its name is free again.
    ///
    /// - Throws: `not-found` when there is no such service.
    public func unregister(_ name: String) async throws(BackplaneError) {
        try checkTarget(name)
        if try life.beforeStart({ host.undeclare(name) }) == true { return }
        try await life.start()
        _ = await host.remove(name)
    }

    /// Has a service look at its plugin's file, and take a newer build if there is one; all services
    /// when none is named.
    ///
    /// - Throws: Why one of them stays as it was.
    public func reload(_ name: String? = nil) async throws(BackplaneError) {
        if let name { try checkTarget(name) }
        try await start()
        try await hosted { (host) async throws(CallError) in
            try await host.reload(name.map { [$0] })
        }
    }

    // MARK: Checks

    func hosted(
        _ body: (Host) async throws(CallError) -> Void
    ) async throws(BackplaneError) {
        do throws(CallError) {
            try await body(host)
        } catch {
            throw BackplaneError(error)
        }
    }

    /// What can be known to be wrong before anything is started.
    func check(_ service: ServiceConfiguration) throws(BackplaneError) {
        let name = service.name
        guard ServiceName.isValid(name) else {
            throw BackplaneError(
                .invalidArgument,
                "'\(name)' is no name for a service: it has small letters, digits, - and _, and "
                    + "begins with a letter")
        }
        guard !ServiceName.reserved.contains(name), name != ProgramService.name else {
            throw BackplaneError(
                .invalidArgument, "the name '\(name)' is reserved; take another one")
        }
        if case .embedded(let plugin) = service.plugin, service.slot == .forked {
            throw BackplaneError(plugin.unforkable(name))
        }
    }

    func checkTarget(_ name: String) throws(BackplaneError) {
        guard services.contains(name) else {
            throw BackplaneError(.unknownService(name, among: services))
        }
    }
}
