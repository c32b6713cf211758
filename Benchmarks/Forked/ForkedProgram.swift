// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Logging

/// A program with one service in a process of its own.
enum ForkedProgram {
    /// Starts it.
    static func start(
        _ service: String, plugin: String, _ waiting: Waiting
    ) async throws -> ServiceManager {
        var options = ServiceManager.Options()
        options.watchesFiles = false
        options.spins = waiting.spins
        options.logger = Logger(label: "bench") { StreamLogHandler.standardError(label: $0) }
        options.logger.logLevel = .warning
        let manager = ServiceManager(slot: .forked, workers: 1, retries: .none, options: options)
        try await manager.register(service, plugin: plugin)
        try await manager.start()
        return manager
    }
}
