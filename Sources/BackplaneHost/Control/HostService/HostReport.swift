// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Glibc

/// What a host tells about itself, read at one moment.
struct HostReport {
    private let host: Host

    init(_ host: Host) {
        self.host = host
    }

    var version: HostVersion {
        HostVersion(
            backplane: Host.version, abi: ABIVersion.current.description, pid: Int(getpid()))
    }

    var services: ServiceList {
        ServiceList(
            services: host.managed.map { managed in
                let methods = managed.supervisor.condition.now.description?.methods ?? []
                return ServiceList.Service(
                    name: managed.service.name, methods: methods.map { MethodReport($0) })
            })
    }

    func status(of services: [Host.ManagedService]) -> HostStatus {
        let configuration = host.resources.configuration
        return HostStatus(
            host: HostStatus.Host(
                backplane: Host.version, pid: Int(getpid()),
                uptime: Self.seconds(since: host.resources.started),
                configuration: configuration.file, state: configuration.stateFolder),
            services: services.map { status(of: $0) })
    }

    func status(of managed: Host.ManagedService) -> ServiceStatus {
        let configuration = managed.service.configuration
        let condition = managed.supervisor.condition.now
        let load = condition.generation?.slot.load ?? SlotLoad()
        let statistics = managed.service.statistics.values
        var latencies: [UInt64] = []
        var calls: UInt64 = 0
        var errors: UInt64 = 0
        var last: (text: CallError, at: Instant)?
        for method in statistics {
            let counts = method.latency.counts()
            latencies = latencies.isEmpty ? counts : zip(latencies, counts).map { $0 + $1 }
            calls += method.callCount
            let summary = method.errorSummary
            errors += summary.total
            if let error = summary.last, let at = summary.lastAt, at > last?.at ?? .distantPast {
                last = (error, at)
            }
        }
        if let (error, at) = condition.lastError, at > last?.at ?? .distantPast {
            last = (error, at)
        }
        let isForked = configuration.slot == .forked
        // It may have been in this process before it was moved out.
        let isNothingMapped = condition.mapped.count == 0
        return ServiceStatus(
            name: managed.service.name, plugin: configuration.plugin.description,
            slot: configuration.slot.description,
            desired: condition.isWanted ? "running" : "stopped",
            state: configuration.isEnabled || condition.isWanted
                ? condition.state.name : "disabled",
            reason: condition.state.reason, generation: condition.generation?.number,
            uptime: condition.since.map { Self.seconds(since: $0) },
            workers: load.workers,
            wantedWorkers: configuration.slot == .inProcess ? 0 : configuration.workers,
            standbys: isForked && configuration.standby + load.standbys > 0 ? load.standbys : nil,
            template: load.template.map(Int.init),
            restarts: condition.restarts + load.restarts, calls: calls, errors: errors,
            inFlight: load.running, queued: load.waiting,
            p50: Self.microseconds(LatencyHistogram.percentile(0.5, of: latencies)),
            p99: Self.microseconds(LatencyHistogram.percentile(0.99, of: latencies)),
            memory: isForked ? ProcessMemory.resident(of: load.processes) : nil,
            mappedGenerations: isForked && isNothingMapped ? nil : condition.mapped.count,
            mappedBytes: isForked && isNothingMapped ? nil : UInt64(condition.mapped.bytes),
            lastError: last.map { error, at in
                ServiceStatus.LastError(
                    code: error.code.description, message: error.message, at: Timestamp(at).text)
            })
    }

    func inspection(of managed: Host.ManagedService) -> ServiceInspection {
        let condition = managed.supervisor.condition.now
        let generation = condition.generation
        return ServiceInspection(
            status: status(of: managed), path: generation?.plugin.original,
            plugin: condition.description.map { PluginReport($0) },
            configuration: managed.service.configuration.configuration.masked.payloadValue,
            generations: condition.history.map { record in
                ServiceInspection.Generation(
                    number: record.number, state: record.stage.rawValue,
                    since: Timestamp(record.since).text,
                    build: String(record.hash, radix: 16))
            },
            exits: managed.supervisor.condition.exits,
            log: managed.log.last(20).map { LogEntry($0, service: managed.service.name) })
    }

    private static func seconds(since instant: Instant) -> Double {
        Double(Instant.now.nanoseconds(since: instant)) / 1e9
    }

    private static func microseconds(_ duration: Duration?) -> Double? {
        duration.map { Double($0.nanosecondsClamped) / 1000 }
    }
}
