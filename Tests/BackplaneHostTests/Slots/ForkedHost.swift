// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Logging
import OracleSupport
import Testing

@testable import BackplaneHost

/// A running host with one forked service called `trouble`.
final class ForkedHost: Sendable {
    let host: Host
    private let folder = TemporaryFolder()
    private let task: Task<Void, any Error>
    private let settled = Monitor<Bool>(false)

    /// The numbers of the fixture's methods are its order; here they go by name.
    init(
        adoptsOrphans: Bool = false,
        _ change: (inout ServiceConfiguration) -> Void = { _ in }
    ) async throws {
        var service = ServiceConfiguration(
            name: "trouble", plugin: .path(try CPlugin.trouble.path()), slot: .forked,
            retries: RetryConfiguration(max: 0))
        change(&service)
        var options = Host.Options()
        options.servesControlSocket = false
        options.adoptsOrphans = adoptsOrphans
        options.workerExecutable = try WorkerBuild.executable()
        let settled = settled
        let observers = ServiceObservers(settled: { _, _ in
            settled.withLock { $0 = true }
            settled.notify(all: true)
        })
        let host = Host(
            HostConfiguration(folder: folder.path, reload: false, services: [service]),
            options: options,
            observers: observers,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.host = host
        task = Task { try await host.run() }
        try #require(await waited { settled.withLock { $0 } })
    }

    /// Ends the host and waits until it has.
    func stop() async throws {
        task.cancel()
        try await task.value
    }

    func call(
        _ method: String, _ arguments: [UInt8] = [0x80], timeout: Duration? = nil
    ) async -> Outcome {
        await host.call("trouble", method, arguments: Payload(arguments), timeout: timeout)
    }

    var load: SlotLoad {
        host.managed("trouble")?.service.generation?.slot.load ?? SlotLoad()
    }

    /// The fixtures' argument: an array of one number.
    static func number(_ number: UInt32) -> [UInt8] {
        [0x81, 0x1a] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }
}

extension Outcome {
    /// The number that the fixtures give.
    var number: UInt32? {
        value?.bytes.dropFirst().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
