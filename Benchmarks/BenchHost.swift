// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Glibc
import Logging
import Synchronization

/// A host for a benchmark, in a folder of its own, with the plugins of this build.
final class BenchHost: Sendable {
    let host: Host
    private let folder: String
    private let task: Task<Void, any Error>

    /// Starts a host, and waits until its services are ready.
    ///
    /// - Parameter level: The least that is logged; benchmarks that kill workers want no word of it.
    init(_ services: [ServiceConfiguration], logging level: Logger.Level = .warning) async throws {
        let products = Self.products
        folder = "/tmp/backplane-bench-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        var options = Host.Options()
        options.workerExecutable = products + "/backplane-worker"
        options.servesControlSocket = false
        options.removesStateFolder = true
        let (settled, continuation) = AsyncStream.makeStream(of: (Int, Int).self)
        var logger = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        let host = Host(
            HostConfiguration(
                folder: products, stateFolder: folder, pluginFolders: [products],
                reload: false, services: services),
            options: options,
            observers: ServiceObservers(settled: { continuation.yield(($0, $1)) }),
            logger: logger)
        self.host = host
        task = Task {
            defer { continuation.finish() }
            try await host.run()
        }
        for await (ready, all) in settled {
            guard ready == all else { throw NotReady(ready: ready, all: all) }
            return
        }
        try await task.value
    }

    func stop() async throws {
        task.cancel()
        try await task.value
    }

    struct NotReady: Error {
        let ready: Int
        let all: Int
    }

    /// The folder of this executable, where the build puts plugins too.
    static var products: String {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
        let path = String(
            decoding: bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
