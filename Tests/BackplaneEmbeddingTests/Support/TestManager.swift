// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Logging
import OracleSupport

extension ServiceManager.Options {
    /// For managers of tests: what the build has made, and no log.
    static var test: Self {
        var options = Self()
        options.plugins = [Program.products]
        options.workerExecutable = "\(Program.products)/backplane-worker"
        options.logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return options
    }
}

/// Runs a test with a manager, and shuts that down.
func withManager(
    slot: Slot = .async, _ body: (ServiceManager) async throws -> Void
) async throws {
    let manager = ServiceManager(slot: slot, options: .test)
    do {
        try await body(manager)
    } catch {
        await manager.shutdown()
        throw error
    }
    await manager.shutdown()
}

/// The error that something ends with; nil when it does not.
func failure(_ body: () async throws -> Void) async -> BackplaneError? {
    do {
        try await body()
        return nil
    } catch let error as BackplaneError {
        return error
    } catch {
        return BackplaneError(.internal, "\(error)")
    }
}
