// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Reads the settings of one service, or those of `defaults`.
struct ServiceReader {
    let reader: SettingsReader
    let place: SettingPlace
    let keys: [ServiceKey]

    /// The settings that can be read; what cannot be is reported.
    func settings(_ node: YAMLNode) -> ServiceSettings {
        var settings = ServiceSettings()
        for entry in reader.fields(node, in: place, keys: keys.map(\.rawValue)) {
            guard let key = ServiceKey(rawValue: entry.key) else { continue }
            read(key, entry.value, into: &settings)
        }
        return settings
    }

    private func read(_ key: ServiceKey, _ node: YAMLNode, into settings: inout ServiceSettings) {
        let name = place.setting(key.rawValue)
        switch key {
        case .plugin: settings.plugin = plugin(node, name)
        case .slot: settings.slot = slot(node)
        case .enabled: settings.isEnabled = reader.bool(node, name)
        case .workers: settings.workers = reader.integer(node, name, in: 1...1024)
        case .standby: settings.standby = reader.integer(node, name, in: 0...16)
        case .concurrency: settings.concurrency = reader.integer(node, name, in: 1...1_000_000)
        case .queue: settings.queue = reader.integer(node, name, in: 0...1_000_000)
        case .timeout: settings.timeout = reader.timeout(node, name)
        case .methods: settings.methods = methods(node, place.inside(key.rawValue))
        case .retries: settings.retries = retries(node, place.inside(key.rawValue))
        case .restart: settings.restart = restart(node, place.inside(key.rawValue))
        case .startTimeout: settings.startTimeout = reader.duration(node, name)
        case .drainTimeout:
            settings.drainTimeout = reader.duration(node, name, allowsZero: true)
        case .killAfter: settings.killAfter = reader.duration(node, name, allowsZero: true)
        case .probation: settings.probation = reader.duration(node, name, allowsZero: true)
        case .swap: settings.swap = swap(node)
        case .rehearse: settings.rehearse = rehearsal(node)
        case .maxGenerations:
            settings.maxGenerations = reader.integer(node, name, in: 1...1_000_000)
        case .dependsOn: settings.dependsOn = services(node, name, isDependency: true)
        case .mayCall: settings.mayCall = services(node, name)
        case .messagesTo: settings.messagesTo = method(node, name)
        case .requestsTo: settings.requestsTo = method(node, name)
        case .config: settings.configuration = reader.configuration(node)
        case .env: settings.environment = environment(node, place.inside(key.rawValue))
        case .limits: settings.limits = limits(node, place.inside(key.rawValue))
        case .pool: settings.poolBytes = reader.size(node, name, in: PoolSize.bounds)
        }
    }

    private func plugin(_ node: YAMLNode, _ name: String) -> PluginReference? {
        let expected = "the name of a plugin or a path to a .so"
        guard let text = reader.text(node, name, expected: expected) else { return nil }
        if text.contains("/") || text.hasSuffix(".so") { return .path(reader.absolute(text)) }
        return .name(text)
    }

    private func slot(_ node: YAMLNode) -> SlotKind? {
        reader.choice(
            node, "slot", of: place, names: SlotKind.allCases.map(\.rawValue),
            synonyms: [
                "in_process": "in-process", "inprocess": "in-process", "inline": "in-process",
                "direct": "in-process", "async_io": "async", "asyncio": "async",
                "thread": "async", "threads": "async", "threaded": "async",
                "multiprocess": "forked", "process": "forked", "processes": "forked",
                "subprocess": "forked",
            ],
            parse: SlotKind.init(name:))
    }

    private func swap(_ node: YAMLNode) -> SwapStyle? {
        reader.choice(
            node, "swap", of: place, names: SwapStyle.allCases.map(\.rawValue),
            synonyms: ["beside": "overlap", "restart": "replace", "exclusive": "replace"],
            parse: SwapStyle.init(rawValue:))
    }

    private func rehearsal(_ node: YAMLNode) -> RehearsalDepth? {
        reader.choice(
            node, "rehearse", of: place, names: RehearsalDepth.allCases.map(\.rawValue),
            synonyms: ["init": "create", "full": "create", "load": "open"],
            parse: RehearsalDepth.init(rawValue:))
    }

    private func retries(_ node: YAMLNode, _ place: SettingPlace) -> ServiceSettings.Retries {
        var retries = ServiceSettings.Retries()
        for entry in reader.fields(node, in: place, keys: ["max", "delay", "backoff"]) {
            let name = place.setting(entry.key)
            switch entry.key {
            case "max": retries.max = reader.integer(entry.value, name, in: 0...1000)
            case "delay": retries.delay = reader.duration(entry.value, name, allowsZero: true)
            default: retries.backoff = reader.number(entry.value, name, in: 1...100)
            }
        }
        return retries
    }

    private func restart(_ node: YAMLNode, _ place: SettingPlace) -> ServiceSettings.Restart {
        var restart = ServiceSettings.Restart()
        let keys = ["policy", "delay", "max-delay", "healthy-after", "limit", "within"]
        for entry in reader.fields(node, in: place, keys: keys) {
            let name = place.setting(entry.key)
            let value = entry.value
            switch entry.key {
            case "policy":
                restart.policy = reader.choice(
                    value, entry.key, of: place,
                    names: RestartConfiguration.Policy.allCases.map(\.rawValue),
                    synonyms: ["on_failure": "on-failure", "no": "never"],
                    parse: RestartConfiguration.Policy.init(rawValue:))
            case "delay": restart.delay = reader.duration(value, name, allowsZero: true)
            case "max-delay": restart.maximumDelay = reader.duration(value, name, allowsZero: true)
            case "healthy-after":
                restart.healthyAfter = reader.duration(value, name, allowsZero: true)
            case "limit": restart.limit = reader.integer(value, name, in: 1...1_000_000)
            default:
                restart.within = reader.duration(value, name)
                restart.withinRange = entry.keyRange
            }
        }
        return restart
    }

    private func methods(
        _ node: YAMLNode, _ place: SettingPlace
    ) -> [String: ServiceSettings.Method] {
        var methods: [String: ServiceSettings.Method] = [:]
        for entry in reader.entries(node, place.whole) ?? [] {
            let place = place.inside(entry.key)
            var method = ServiceSettings.Method()
            for field in reader.fields(entry.value, in: place, keys: ["timeout", "retries"]) {
                if field.key == "timeout" {
                    method.timeout = reader.timeout(field.value, place.setting(field.key))
                } else {
                    method.retries = retries(field.value, place.inside(field.key))
                }
            }
            methods[entry.key] = method
        }
        return methods
    }

    private func services(
        _ node: YAMLNode, _ name: String, isDependency: Bool = false
    ) -> [ServiceSettings.Reference]? {
        guard let nodes = reader.list(node, name) else { return nil }
        let entry = "an entry of \(name)"
        return nodes.compactMap { node in
            reader.read(
                node, entry, expected: "the name of a service", help: SettingsReader.quoteAdvice
            ) { scalar, text in
                guard case .string(let service) = scalar, !service.isEmpty else { return nil }
                return ServiceSettings.Reference(
                    service: service, text: service, shown: text.masked, range: node.range,
                    setting: name, isDependency: isDependency)
            }
        }
    }

    private func method(_ node: YAMLNode, _ name: String) -> ServiceSettings.Reference? {
        reader.read(node, name, expected: "service.method") { scalar, text in
            guard case .string(let target) = scalar else { return nil }
            let parts = target.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let service = parts.first, let method = parts.last,
                !service.isEmpty, !method.isEmpty
            else { return nil }
            return ServiceSettings.Reference(
                service: String(service), text: target,
                shown: text.isSecret ? text.masked : String(service), range: node.range,
                setting: name)
        }
    }

    private func limits(_ node: YAMLNode, _ place: SettingPlace) -> WorkerLimits {
        var limits = WorkerLimits()
        for entry in reader.fields(node, in: place, keys: ["memory", "cpu", "open-files"]) {
            let name = place.setting(entry.key)
            switch entry.key {
            case "memory": limits.memoryBytes = reader.size(entry.value, name)
            case "cpu":
                // The kernel counts whole seconds.
                limits.cpuSeconds = reader.duration(entry.value, name)
                    .map { UInt64(($0.nanosecondsClamped + 999_999_999) / 1_000_000_000) }
            default:
                // Fewer do not even hold what a worker has open.
                limits.openFiles = reader.integer(entry.value, name, in: 16...1_000_000)
                    .map(UInt64.init)
            }
        }
        return limits
    }

    private func environment(
        _ node: YAMLNode, _ place: SettingPlace
    ) -> [String: Substitution.Result] {
        var environment: [String: Substitution.Result] = [:]
        for entry in reader.entries(node, place.whole) ?? [] {
            guard !entry.key.isEmpty, !entry.key.utf8.contains(where: { $0 == 0 || $0 == 61 })
            else {
                reader.report("\(entry.key.quoted) is no variable's name", at: entry.keyRange)
                continue
            }
            environment[entry.key] = reader.read(
                entry.value, place.setting(entry.key), expected: "a text",
                help: { $0 == .null ? "write \"\" for an empty text" : nil },
                convert: { $0 == .null || $1.text.utf8.contains(0) ? nil : $1 })
        }
        return environment
    }
}
