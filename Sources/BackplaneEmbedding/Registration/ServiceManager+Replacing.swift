// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

extension ServiceManager {
    /// Has a service be another plugin type of the program, while callers notice nothing.
    ///
    /// It goes as a reload does: the new instance is made beside the old one, calls are held while
    /// the state is handed over, and if anything fails, the old one stays in charge.
    ///
    /// - Parameters:
    ///   - name: A registered service. What is not given stays as it is registered.
    ///   - type: What it is to be.
    /// - Throws: `not-found` when there is no such service; why the old one stays in charge.
    public func replace<P: Plugin>(
        _ name: String, with type: P.Type, slot: Slot? = nil, config: Value? = nil
    ) async throws(BackplaneError) {
        try await replace(name, by: Self.embed(type), slot, config)
    }

    /// Has a service be an instance that the program has made itself.
    public func replace<P: Plugin>(
        _ name: String, with instance: P, slot: Slot? = nil, config: Value? = nil
    ) async throws(BackplaneError) {
        try await replace(name, by: Self.embed(instance), slot, config)
    }

    /// Has a service be a plugin from a `.so`.
    public func replace(
        _ name: String, plugin: String, slot: Slot? = nil, config: Value? = nil
    ) async throws(BackplaneError) {
        try await replace(name, by: reference(plugin, for: name), slot, config)
    }

    private func replace(
        _ name: String, by plugin: PluginReference, _ slot: Slot?, _ config: Value?
    ) async throws(BackplaneError) {
        try checkTarget(name)
        guard var service = host.configuration(of: name) else { throw .shutDown }
        service.plugin = plugin
        if let slot { service.slot = slot.kind }
        if let config { service.configuration = try config.configuration(of: name) }
        try check(service)
        let changed = service
        let isDeclared = try life.beforeStart { () throws(CallError) -> Bool in
            try host.redeclare(changed)
            return true
        }
        guard isDeclared == nil else { return }
        try await life.start()
        try await hosted { (host) async throws(CallError) in try await host.replace(changed) }
    }
}
