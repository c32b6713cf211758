// SPDX-License-Identifier: Apache-2.0

public import BackplaneHost
import Foundation
import Logging

/// A host for an example: with the plugins of this build, in a folder that goes with it.
public enum ExampleHost {
    /// Runs a host, has `body` use it once its services are up, and stops it.
    public static func with(
        _ services: [ServiceConfiguration],
        _ body: @Sendable (BackplaneHost.Host) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "backplane-example-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let (up, settled) = AsyncStream.makeStream(of: Void.self)
        let host = BackplaneHost.Host(
            HostConfiguration(
                folder: folder, pluginFolders: [products], reload: false, services: services),
            observers: ServiceObservers(settled: { _, _ in settled.finish() }),
            logger: Logger(label: "example") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { settled.finish() }
                try await host.run()
            }
            for await _ in up {}
            try await body(host)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// Where the build put this program, and the plugins beside it.
    private static var products: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    }
}
