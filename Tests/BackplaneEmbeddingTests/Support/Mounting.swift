// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Probe

/// The ways in which one and the same plugin can be a service.
enum Mounting: String, CaseIterable, Sendable {
    case typeInProcess = "a type, in-process"
    case typeAsync = "a type, async"
    case fileInProcess = "a file, in-process"
    case fileAsync = "a file, async"
    case fileForked = "a file, forked"

    var slot: Slot {
        switch self {
        case .typeInProcess, .fileInProcess: .inProcess
        case .typeAsync, .fileAsync: .async
        case .fileForked: .forked
        }
    }

    /// Registers the fixture as the service `probe`.
    func register(
        on manager: ServiceManager, timeout: Duration? = nil, retries: Retries? = nil,
        config: Value = [:]
    ) async throws {
        switch self {
        case .typeInProcess, .typeAsync:
            try await manager.register(
                "probe", as: Probe.self, slot: slot, timeout: timeout, retries: retries,
                config: config)
        case .fileInProcess, .fileAsync, .fileForked:
            // It has state: of several processes, each would have another.
            try await manager.register(
                "probe", plugin: "Probe", slot: slot, workers: slot == .forked ? 1 : nil,
                timeout: timeout, retries: retries, config: config)
        }
    }
}
