// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import Synchronization

/// What a service is at this moment, readable from any thread without waiting for its supervisor.
final class ServiceCondition: Sendable {
    /// One consistent reading.
    struct Reading: Sendable {
        var state = ServiceState.stopped
        var isWanted = false
        var generation: Generation?
        /// What the last generation said of itself.
        var description: PluginDescription?
        /// When the generation in charge took over.
        var since: Instant?
        /// How often the whole service was started again after a failure.
        var restarts = 0
        var lastError: (CallError, at: Instant)?
        /// The last generations, newest first.
        var history: [GenerationRecord] = []
        /// The images in this process, which stay for ever, and the size of their files.
        var mapped = MappedImages()
        /// How often a file was looked at and had the bytes that run already.
        var unchanged = 0
    }

    /// Images that a service has brought into this process.
    struct MappedImages: Sendable, Equatable {
        var count = 0
        var bytes = 0
    }

    private static let exitLimit = 20
    private static let historyLimit = 20

    private let reading = Mutex<Reading>(Reading())
    private let deaths = Mutex<[ServiceInspection.Exit]>([])

    var now: Reading { reading.withLock { $0 } }
    var state: ServiceState { reading.withLock { $0.state } }
    /// The last deaths of workers, newest first.
    var exits: [ServiceInspection.Exit] { deaths.withLock { $0 } }

    func set(_ state: ServiceState) { reading.withLock { $0.state = state } }
    func want(_ isWanted: Bool) { reading.withLock { $0.isWanted = isWanted } }

    func started(_ generation: Generation) {
        reading.withLock {
            $0.generation = generation
            $0.description = generation.description
            $0.since = .now
            for index in $0.history.indices where $0.history[index].stage == .current {
                $0.history[index].stage = .draining
            }
            $0.history.insert(
                GenerationRecord(
                    number: generation.number, stage: .current, since: generation.started,
                    hash: generation.plugin.hash), at: 0)
            if $0.history.count > Self.historyLimit { $0.history.removeLast() }
        }
    }

    func retired(_ generation: Int) {
        reading.withLock { reading in
            for index in reading.history.indices where reading.history[index].number == generation {
                reading.history[index].stage = .retired
            }
        }
    }

    /// Counts an image that was brought into this process.
    ///
    /// - Returns: All of them.
    func mapped(bytes: Int) -> MappedImages {
        reading.withLock {
            $0.mapped.count += 1
            $0.mapped.bytes += bytes
            return $0.mapped
        }
    }

    func foundUnchanged() { reading.withLock { $0.unchanged += 1 } }

    func stopped() {
        reading.withLock {
            $0.generation = nil
            $0.since = nil
        }
    }

    func failed(_ error: CallError) { reading.withLock { $0.lastError = (error, at: .now) } }
    func restarted() { reading.withLock { $0.restarts += 1 } }

    func died(_ death: WorkerDeath) {
        failed(death.error)
        let exit = ServiceInspection.Exit(
            at: Timestamp(death.at).text, worker: death.worker, how: death.how,
            decision: death.decision.words)
        deaths.withLock { deaths in
            deaths.insert(exit, at: 0)
            if deaths.count > Self.exitLimit { deaths.removeLast() }
        }
    }
}
