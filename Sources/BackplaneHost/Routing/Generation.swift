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
    /// What it was made with; what needs no new generation may have changed since.
    let configuration: ServiceConfiguration
    let started: Instant
    let functions: ProvidedFunctions
    /// How its calls end.
    let tally: GenerationTally

    private let methods: NameTable<MethodEntry>

    init(
        number: Int, service: Service, slot: any Slot, description: PluginDescription,
        plugin: StagedPlugin, functions: ProvidedFunctions,
        configuration: ServiceConfiguration? = nil, tally: GenerationTally = GenerationTally()
    ) {
        self.number = number
        self.service = service
        self.slot = slot
        self.description = description
        self.plugin = plugin
        self.functions = functions
        self.configuration = configuration ?? service.configuration
        self.tally = tally
        started = .now
        var methods: [String: MethodEntry] = [:]
        for (index, method) in description.methods.enumerated() {
            methods[method.name] = MethodEntry(
                description: method, index: UInt32(index),
                statistics: service.statistics(of: method.name), tally: tally)
        }
        self.methods = NameTable(methods)
    }

    /// Makes the generation of a slot that has come up.
    convenience init(
        _ plan: SlotPlan, service: Service, slot: any Slot, description: PluginDescription
    ) {
        self.init(
            number: plan.generation, service: service, slot: slot, description: description,
            plugin: plan.plugin, functions: plan.functions, configuration: plan.service)
    }

    /// Takes a call over, or refuses it.
    ///
    /// - Returns: `false` when the slot takes no more: the call is the caller's again.
    func submit(_ call: Call, entry: CallEntry) -> Bool {
        guard let method = self.method(call.method) else {
            call.refuse(.unknownMethod(call.method, of: service.name, among: methods.names))
            return true
        }
        call.resolve(to: method)
        return slot.submit(call, method: method, entry: entry)
    }

    /// Begins a call of which nothing but the outcome is wanted, where there is a short way for it.
    func begin(_ name: String, _ request: consuming PlainRequest) -> PlainCall? {
        guard let method = self.method(name) else { return nil }
        return slot.begin(request, of: method)
    }

    /// The method or provided function of that name.
    func method(_ name: String) -> MethodEntry? {
        methods[name] ?? functions.entry(name)
    }
}
