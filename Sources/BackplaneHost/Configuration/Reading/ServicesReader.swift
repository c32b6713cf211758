// SPDX-License-Identifier: Apache-2.0

/// Reads the `defaults` and `services` sections, and what services say about one another.
struct ServicesReader {
    /// A service as its part of the file has it.
    private struct Entry {
        var name: String
        var own: ServiceSettings
        var settings: ServiceSettings
    }

    let reader: SettingsReader

    /// The services, in the order of the file; what cannot be read is reported.
    func services(_ node: YAMLNode, defaults defaultsNode: YAMLNode?) -> [ServiceConfiguration] {
        let defaults =
            defaultsNode.map {
                let place = SettingPlace(owner: "defaults")
                return ServiceReader(reader: reader, place: place, keys: ServiceKey.defaults)
                    .settings($0)
            } ?? ServiceSettings()
        guard let fields = reader.entries(node, "'services'") else { return [] }
        let entries = fields.map { entry($0, defaults: defaults) }
        let references = defaults.references + entries.flatMap(\.own.references)
        checkReferences(references, names: entries.map(\.name))
        checkCycles(entries)
        return entries.compactMap(configuration)
    }

    private func entry(_ entry: YAMLEntry, defaults: ServiceSettings) -> Entry {
        checkName(entry)
        let place = SettingPlace.service(entry.key)
        let own = ServiceReader(reader: reader, place: place, keys: ServiceKey.allCases)
            .settings(entry.value)
        var settings = own.layered(over: defaults)
        // What all services depend on does not depend on itself.
        if own.dependsOn == nil { settings.dependsOn?.removeAll { $0.service == entry.key } }
        checkPlugin(entry)
        checkForkedOnly(entry, own: own, slot: settings.slot ?? .async)
        if let range = own.restart.withinRange, settings.restart.limit == nil {
            reader.report(
                "\(place.setting("restart.within")) has no effect without a limit", at: range,
                help: "add limit: with how many restarts are too many")
        }
        return Entry(name: entry.key, own: own, settings: settings)
    }

    private func checkName(_ entry: YAMLEntry) {
        if ServiceName.reserved.contains(entry.key) {
            reader.report("the name \(entry.key.quoted) is reserved", at: entry.keyRange)
        } else if !ServiceName.isValid(entry.key) {
            reader.report(
                "bad name \(entry.key.quoted) for a service", at: entry.keyRange,
                note: "expected a small letter, then small letters, digits, '-' and '_'")
        }
    }

    private func checkPlugin(_ entry: YAMLEntry) {
        guard case .map = entry.value.content, entry.value[.plugin] == nil else { return }
        reader.report(
            "service \(entry.key.quoted) names no plugin", at: entry.keyRange,
            help: "add plugin: with the name of a plugin or a path to a .so")
    }

    /// What only processes have, and the words of advice for who sets it elsewhere.
    private static let forkedOnly: KeyValuePairs<ServiceKey, String> = [
        .standby: "only a forked service has workers that stand by",
        .env: "only a forked service has an environment of its own",
        .limits: "only a forked service has limits of its own",
        .pool: "only a forked service has memory that it shares with the host",
    ]

    /// Reports settings that nothing would come of; not when the slot is unknown.
    private func checkForkedOnly(_ entry: YAMLEntry, own: ServiceSettings, slot: SlotKind) {
        guard slot != .forked, own.slot != nil || entry.value[.slot] == nil else { return }
        for (key, help) in Self.forkedOnly {
            guard let setting = entry.value[key] else { continue }
            reader.report(
                "'\(key.rawValue)' of service \(entry.key.quoted) has no effect in slot '\(slot)'",
                at: setting.keyRange, help: help)
        }
    }

    // MARK: What services say about one another

    private func checkReferences(_ references: [ServiceSettings.Reference], names: [String]) {
        let known = Set(names)
        for reference in references where !known.contains(reference.service) {
            if reference.service == "host" && !reference.isDependency { continue }
            let range = reader.source.narrowed(reference.range, to: reference.service)
            reader.report(
                "unknown service \(reference.shown.quoted) in \(reference.setting)", at: range,
                note: NameAdvice.expected(names),
                help: reference.service.hasPrefix("x-")
                    ? "what begins with x- is not read"
                    : NameAdvice.help(for: reference.service, among: names))
        }
    }

    private func checkCycles(_ entries: [Entry]) {
        let edges = entries.map { entry in
            (entry.name, entry.settings.dependsOn?.map(\.service) ?? [])
        }
        let graph = DependencyGraph(
            edges: Dictionary(edges, uniquingKeysWith: { first, _ in first }))
        let settings = Dictionary(
            entries.map { ($0.name, $0.settings) }, uniquingKeysWith: { first, _ in first })
        for cycle in graph.cycles(startingFrom: entries.map(\.name)) {
            guard let first = cycle.first, let dependsOn = settings[first]?.dependsOn else {
                continue
            }
            let next = cycle.count > 1 ? cycle[1] : first
            guard let reference = dependsOn.first(where: { $0.service == next }) else { continue }
            reader.report(
                "services depend on each other in a cycle: \(Self.described(cycle))",
                at: reference.range)
        }
    }

    /// The names on a cycle, the first one again at the end; of a long cycle only some.
    private static func described(_ cycle: [String]) -> String {
        let ends = cycle.count > 12 ? cycle.prefix(6) + ["…"] + cycle.suffix(5) : cycle[...]
        return (ends + cycle.prefix(1)).joined(separator: " → ")
    }

    // MARK: The outcome

    /// The service with all defaults filled in; nil when it has no usable plugin.
    private func configuration(_ entry: Entry) -> ServiceConfiguration? {
        let settings = entry.settings
        guard let plugin = settings.plugin else { return nil }
        var service = ServiceConfiguration(
            name: entry.name, plugin: plugin, slot: settings.slot ?? .async)
        service.isEnabled = settings.isEnabled ?? service.isEnabled
        // Where workers mean nothing, a change of them is no change.
        if service.slot != .inProcess { service.workers = settings.workers ?? service.workers }
        service.concurrency = settings.concurrency
        service.queue = settings.queue ?? service.queue
        service.timeout = settings.timeout.map(\.duration) ?? service.timeout
        service.retries = settings.retries.completed(by: service.retries)
        service.methods = settings.methods.mapValues { method in
            MethodConfiguration(
                timeout: method.timeout.map(\.duration) ?? service.timeout,
                retries: method.retries.completed(by: service.retries))
        }
        service.restart = settings.restart.completed
        service.startTimeout = settings.startTimeout ?? service.startTimeout
        service.drainTimeout = settings.drainTimeout ?? service.drainTimeout
        service.killAfter = settings.killAfter ?? service.killAfter
        service.probation = settings.probation ?? service.probation
        service.swap = settings.swap ?? service.swap
        service.rehearse = settings.rehearse ?? service.rehearse
        service.maxGenerations = settings.maxGenerations ?? service.maxGenerations
        service.dependsOn = Self.unique(settings.dependsOn ?? [])
        service.mayCall = settings.mayCall.map(Self.unique)
        service.messagesTo = settings.messagesTo?.text
        service.requestsTo = settings.requestsTo?.text
        service.configuration = settings.configuration ?? .null
        guard service.slot == .forked else { return service }
        service.poolBytes = settings.poolBytes ?? service.poolBytes
        service.environment = settings.environment.mapValues(\.text)
        service.standby = settings.standby ?? service.standby
        service.limits = settings.limits
        service.secretVariables = Set(settings.environment.filter(\.value.isSecret).keys)
        return service
    }

    private static func unique(_ references: [ServiceSettings.Reference]) -> [String] {
        var seen: Set<String> = []
        return references.map(\.service).filter { seen.insert($0).inserted }
    }
}

extension YAMLNode {
    /// The entry of a map under a key of services.
    fileprivate subscript(key: ServiceKey) -> YAMLEntry? {
        guard case .map(let entries) = content else { return nil }
        return entries.first { $0.key == key.rawValue }
    }
}
