// SPDX-License-Identifier: Apache-2.0

public import BackplaneHost

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
    /// The bytes that large payloads may take in each direction of a forked worker's connection.
    ///
    /// From 1 MiB to 64 GiB. Memory is taken for what is used of it only.
    public var poolBytes: Int

    /// Makes settings; async, 4 workers, 30 s, 3 retries and 256 MiB unless told otherwise.
    public init(
        slot: Slot = .async, workers: Int = 4, timeout: Duration? = .seconds(30),
        retries: Retries = Retries(), poolBytes: Int = PoolSize.standard
    ) {
        self.slot = slot
        self.workers = workers
        self.timeout = timeout
        self.retries = retries
        self.poolBytes = poolBytes
    }

    /// The same, but for what is given.
    func with(
        slot: Slot?, workers: Int?, timeout: Duration?, retries: Retries?
    ) -> ServiceSettings {
        ServiceSettings(
            slot: slot ?? self.slot, workers: workers ?? self.workers,
            timeout: timeout ?? self.timeout, retries: retries ?? self.retries,
            poolBytes: poolBytes)
    }

    /// What is wrong with them, if something is.
    private var mistake: String? {
        if workers < 1 || workers > 1024 {
            return "workers is \(workers); it is from 1 to 1024"
        }
        if !PoolSize.bounds.contains(poolBytes) {
            return "poolBytes is \(poolBytes); it is from 1 MiB to 64 GiB"
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
            configuration: try config.configuration(of: name), poolBytes: poolBytes)
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
