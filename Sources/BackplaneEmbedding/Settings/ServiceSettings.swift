// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// How services are mounted and called where their registration says nothing else.
public struct ServiceSettings: Sendable, Hashable {
    /// Where a service's code runs.
    public var slot: Slot
    /// The threads of an async service, or the processes of a forked one.
    ///
    /// A plugin with state has one forked worker: register it with `workers: 1` there.
    public var workers: Int
    /// The time for each attempt of a call; nil for any.
    public var timeout: Duration?
    /// How often a call is tried again.
    public var retries: Retries

    /// Makes settings; async, 4 workers, 30 s and 3 retries unless told otherwise.
    public init(
        slot: Slot = .async, workers: Int = 4, timeout: Duration? = .seconds(30),
        retries: Retries = Retries()
    ) {
        self.slot = slot
        self.workers = workers
        self.timeout = timeout
        self.retries = retries
    }

    /// The same, but for what is given.
    func with(
        slot: Slot?, workers: Int?, timeout: Duration?, retries: Retries?
    ) -> ServiceSettings {
        ServiceSettings(
            slot: slot ?? self.slot, workers: workers ?? self.workers,
            timeout: timeout ?? self.timeout, retries: retries ?? self.retries)
    }

    /// What is wrong with them, if something is.
    private var mistake: String? {
        if workers < 1 || workers > 1024 {
            return "workers is \(workers); it is from 1 to 1024"
        }
        if let timeout, timeout <= .zero { return "timeout is \(timeout); it is longer than 0" }
        return retries.mistake
    }

    /// The configuration of a service with these settings.
    func configuration(
        of name: String, plugin: PluginReference, config: Value
    ) throws(BackplaneError) -> ServiceConfiguration {
        if let mistake {
            throw BackplaneError(.invalidArgument, "service '\(name)': \(mistake)")
        }
        return ServiceConfiguration(
            name: name, plugin: plugin, slot: slot.kind, workers: workers, timeout: timeout,
            retries: retries.configuration, dependsOn: [ProgramService.name],
            configuration: try config.configuration(of: name))
    }
}

extension Slot {
    /// The host's word for it.
    var kind: SlotKind {
        switch self {
        case .inProcess: .inProcess
        case .forked: .forked
        default: .async
        }
    }
}
