// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// What a service is at this moment, readable from any thread without waiting for its supervisor.
final class ServiceCondition: Sendable {
    /// One consistent reading.
    struct Reading: Sendable {
        var state = ServiceState.stopped
        var generation: Generation?
        /// When the generation in charge took over.
        var since: Instant?
        /// How often the whole service was started again after a failure.
        var restarts = 0
        var lastError: String?
    }

    private let reading = Mutex<Reading>(Reading())

    var now: Reading { reading.withLock { $0 } }
    var state: ServiceState { reading.withLock { $0.state } }

    func set(_ state: ServiceState) { reading.withLock { $0.state = state } }

    func started(_ generation: Generation) {
        reading.withLock {
            $0.generation = generation
            $0.since = .now
        }
    }

    func stopped() {
        reading.withLock {
            $0.generation = nil
            $0.since = nil
        }
    }

    func failed(_ error: CallError) { reading.withLock { $0.lastError = error.message } }
    func restarted() { reading.withLock { $0.restarts += 1 } }
}
