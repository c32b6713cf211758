// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneTransport
import Foundation
import Logging
import OracleSupport

/// A host with a service that attacks it, `hostile`, and one that wants to be served, `neighbour`.
public struct HostileHost: Sendable {
    private let host: BackplaneHost.Host
    /// Whose threads call; nothing for those of Swift's pool.
    private let executor: (any TaskExecutor)?

    /// Who calls, him who attacks and his neighbour.
    public enum Callers: String, Sendable, CaseIterable {
        /// Tasks on Swift's global pool.
        case pool
        /// Tasks on the thread that reads what both send.
        case reader
    }

    /// Runs a host, has `body` use it, and stops it.
    ///
    /// - Parameters:
    ///   - worker: The worker executable; `nil` for the one beside this program.
    ///   - callers: Who calls.
    public static func with(
        worker: String? = nil, callers: Callers = .pool,
        _ body: @Sendable (HostileHost) async throws -> Void
    ) async throws {
        let folder = TemporaryFolder()
        let plugin = PluginReference.path(try CPlugin.hostile.path())
        let services = ["hostile", "neighbour"].map { name in
            ServiceConfiguration(
                name: name, plugin: plugin, slot: .forked, retries: RetryConfiguration(max: 0),
                restart: RestartConfiguration(
                    delay: .milliseconds(1), maximumDelay: .milliseconds(1)),
                killAfter: .milliseconds(100))
        }
        var options = BackplaneHost.Host.Options()
        options.servesControlSocket = false
        // Whether two sides that spin find a processor for each is chance, and worth a factor of 40.
        options.spins = false
        options.workerExecutable = worker
        let (up, settled) = AsyncStream.makeStream(of: Void.self)
        let host = BackplaneHost.Host(
            HostConfiguration(folder: folder.path, reload: false, services: services),
            options: options, observers: ServiceObservers(settled: { _, _ in settled.finish() }),
            logger: Logger(label: "hostile") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { settled.finish() }
                try await host.run()
            }
            for await _ in up {}
            let executor = callers == .reader ? try host.readerExecutor() : nil
            try await body(HostileHost(host: host, executor: executor))
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    /// The process that serves a service, once one does.
    public func process(of service: String) async throws -> Int {
        let end = ContinuousClock.now.advanced(by: .seconds(20))
        while true {
            let outcome = await call(service, "process-number", within: .seconds(5))
            if let value = outcome.value {
                return value.bytes.dropFirst().reduce(0) { $0 << 8 | Int($1) }
            }
            guard ContinuousClock.now < end else {
                throw Deadline.Passed(
                    description: "no worker of \(service): \(outcome.error?.message ?? "")")
            }
            // A poll: a worker that is replaced tells nobody here.
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Has the worker attack; how its call ended.
    func attack(_ attack: Attack) async -> Outcome {
        await Task(executorPreference: executor) {
            await call("hostile", attack.rawValue, within: attack.patience)
        }.value
    }

    /// Calls the neighbour again and again until `isOver`; how many calls a second were served.
    ///
    /// One at a time: callers that keep both sides busy have two processors at work, and beside any
    /// process that burns one of two, the kernel leaves them two thirds, whatever the host does.
    @concurrent
    func rate(until isOver: @escaping @Sendable () -> Bool) async throws -> Double {
        let begin = ContinuousClock.now
        let count = try await Task(executorPreference: executor) {
            try await calls(until: isOver)
        }.value
        return Double(count) / ((ContinuousClock.now - begin) / .seconds(1))
    }

    private func calls(until isOver: @Sendable () -> Bool) async throws -> Int {
        var count = 0
        repeat {
            let outcome = await call("neighbour", "process-number", within: .seconds(5))
            if let error = outcome.error { throw error }
            count += 1
        } while !isOver()
        return count
    }

    private func call(_ service: String, _ method: String, within time: Duration) async -> Outcome {
        await host.call(service, method, arguments: Payload([0x80]), timeout: time)
    }
}
