// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CBackplane
internal import Synchronization

/// One load of a plugin's bytes into a service: its slot, and the methods by name.
final class Generation: Sendable {
    /// 1, 2, 3 … per service.
    let number: Int
    let service: Service
    let slot: any Slot
    let description: PluginDescription
    /// What was mounted, and from where.
    let plugin: StagedPlugin
    let started: Instant
    let functions: ProvidedFunctions

    private let methods: NameTable<MethodEntry>

    init(
        number: Int, service: Service, slot: any Slot, description: PluginDescription,
        plugin: StagedPlugin, functions: ProvidedFunctions
    ) {
        self.number = number
        self.service = service
        self.slot = slot
        self.description = description
        self.plugin = plugin
        self.functions = functions
        started = .now
        var methods: [String: MethodEntry] = [:]
        for (index, method) in description.methods.enumerated() {
            methods[method.name] = MethodEntry(
                description: method, index: UInt32(index),
                statistics: service.statistics(of: method.name))
        }
        self.methods = NameTable(methods)
    }

    func submit(_ call: Call, entry: CallEntry) {
        guard let method = self.method(call.method) else {
            return call.refuse(.unknownMethod(call.method, of: service.name, among: methods.names))
        }
        call.resolve(to: method)
        slot.submit(call, method: method, entry: entry)
    }

    /// The method or provided function of that name.
    func method(_ name: String) -> MethodEntry? {
        methods[name] ?? functions.entry(name)
    }
}
