// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Logging
import Synchronization

@testable import BackplaneHost

/// A host with real plugins, in a folder of its own, for one test.
final class TestHost: Sendable {
    let host: BackplaneHost.Host
    let folder: String
    private let task: Task<Void, any Error>

    /// Starts a host, which watches no files, and waits until each of its services is up or has failed.
    init(_ services: [ServiceConfiguration], payloadLimit: Int = 1 << 30) async throws {
        let name = "backplane-test-\(UUID().uuidString.prefix(8))"
        folder = FileManager.default.temporaryDirectory.appending(path: name).path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        var options = BackplaneHost.Host.Options()
        options.workerExecutable = Products.folder + "/backplane-worker"
        options.payloadLimit = payloadLimit
        let settled = Promise<Void>()
        let configuration = HostConfiguration(
            folder: folder, pluginFolders: [Products.folder, folder], reload: false,
            services: services)
        let host = BackplaneHost.Host(
            configuration, options: options,
            observers: ServiceObservers(settled: { _, _ in settled.keep(()) }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        self.host = host
        task = Task {
            do {
                try await host.run()
            } catch {
                settled.keep(())
                throw error
            }
        }
        await settled.value
    }

    /// Stops it and waits until it is gone.
    func stop() async throws {
        task.cancel()
        try await task.value
        try FileManager.default.removeItem(atPath: folder)
    }

    /// Calls by position and gives the result as a value.
    func call(
        _ target: String, _ arguments: Value..., timeout: Duration? = .seconds(60)
    ) async throws -> Value {
        try await outcome(target, .array(arguments), timeout: timeout)
    }

    /// Calls, and throws what comes instead of a value.
    func outcome(
        _ target: String, _ arguments: Value, timeout: Duration? = .seconds(60)
    ) async throws -> Value {
        let parts = CallTarget(target)
        let payload = Payload(try CBOR.encode(arguments))
        let result = try await host.call(
            parts.service ?? "", parts.method, arguments: payload, timeout: timeout
        ).get()
        return try CBOR.decode(Value.self, from: result.bytes)
    }

    /// The code that a call ends with; `nil` for a value.
    func code(
        _ target: String, _ arguments: Value..., timeout: Duration? = .seconds(60)
    ) async -> OutcomeCode? {
        do {
            _ = try await outcome(target, .array(arguments), timeout: timeout)
            return nil
        } catch let error as CallError {
            return error.code
        } catch {
            return .internal
        }
    }

    /// Starts a call as the control socket does, and records what comes of it.
    func start(
        _ target: String, _ arguments: Value..., options: CallOptions = CallOptions(),
        consumesAtOnce: Bool = true
    ) throws -> RecordedCall {
        let recorded = RecordedCall(consumesAtOnce: consumesAtOnce)
        let payload = Payload(try CBOR.encode(Value.array(arguments)))
        recorded.running.withLock {
            $0 = host.start(target, arguments: payload, options: options, audience: recorded)
        }
        return recorded
    }
}

/// Where the build put plugins and executables.
enum Products {
    static let folder: String = {
        var url = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        for path in [url.path] + CommandLine.arguments where path.contains(".xctest") {
            url = URL(filePath: path)
        }
        // The bundle is a file in the folder of all products.
        while url.path != "/", !FileManager.default.fileExists(atPath: url.path + "/libProbe.so") {
            url.deleteLastPathComponent()
        }
        return url.path
    }()
}
