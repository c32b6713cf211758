// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplanePayload
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// Makes the generations of one service, up to the slot that they run in.
final class GenerationMaker: Sendable {
    /// What a generation reports to whoever keeps its service up.
    protocol Listener: AnyObject, Sendable {
        /// An instance can't go on, or a slot has no worker left.
        func failed(_ error: CallError, in generation: Int)
        /// A worker died.
        func died(_ death: WorkerDeath, in generation: Int)
    }

    let service: Service
    let shared: HostResources
    let log: ServiceLog
    private let stage: PluginStage
    private let count = Mutex(0)
    private let copies = Mutex<Set<Int>>([])
    /// What generations are made of that are code of the program, by their numbers.
    private let embedded = Mutex<[Int: EmbeddedPlugin]>([:])
    private let condition: ServiceCondition
    private let listening = Mutex(Listening())

    private struct Listening {
        weak var listener: (any Listener)?
    }

    init(
        _ service: Service, shared: HostResources, log: ServiceLog, condition: ServiceCondition
    ) {
        self.service = service
        self.shared = shared
        self.log = log
        self.condition = condition
        stage = PluginStage(folder: shared.stagedFolder)
    }

    /// Has all generations report to a listener, which is not retained.
    func report(to listener: any Listener) {
        listening.withLock { $0.listener = listener }
    }

    private var listener: (any Listener)? { listening.withLock { $0.listener } }

    /// The number of the last generation, which need not have come up.
    var lastNumber: Int { count.withLock { $0 } }

    /// Reads a plugin.
    func read(_ origin: PluginOrigin) async throws(CallError) -> PluginSource {
        switch origin {
        case .file(let path):
            try await blocking { () throws(ImageError) in try PluginSource(reading: path) }
        case .program(let plugin): PluginSource(plugin)
        }
    }

    /// Reads the bytes of an earlier generation again.
    func read(_ copy: StagedPlugin) async throws(CallError) -> PluginSource {
        try await blocking { () throws(ImageError) in try PluginSource(again: copy) }
    }

    /// Copies a plugin for the next generation, and says all that its slot needs to know.
    func plan(
        _ source: PluginSource, _ configuration: ServiceConfiguration
    ) async throws(CallError) -> SlotPlan {
        let bytes: [UInt8]
        do {
            bytes = try CBOR.encode(configuration.configuration.payloadValue)
        } catch {
            throw CallError(.internal, "its config can't be encoded: \(error.message)")
        }
        let number = count.withLock { count in
            count += 1
            return count
        }
        let name = service.name
        let plugin = try await blocking { [stage] () throws(ImageError) in
            try stage.stage(source, service: name, generation: number)
        }
        _ = copies.withLock { $0.insert(number) }
        if let code = source.embedded { embedded.withLock { $0[number] = code } }
        return SlotPlan(
            service: configuration, generation: number, plugin: plugin,
            configuration: Payload(bytes),
            functions: ProvidedFunctions { [service] in service.statistics(of: $0) },
            surroundings: InstanceContext.Surroundings(
                router: shared.router, log: log,
                current: InstanceContext.Current { [service] in
                    // What is not in charge yet has terms of its own.
                    service.isInCharge(number) ? service.edition : nil
                },
                failed: InstanceContext.Failure { [weak self] in
                    self?.listener?.failed($0, in: number)
                },
                died: InstanceContext.Deaths { [weak self] in
                    self?.listener?.died($0, in: number)
                }),
            environment: shared.router.environment, threads: shared.threads)
    }

    /// Makes the slot of a generation, with nothing in it yet.
    func makeSlot(_ plan: SlotPlan) throws(CallError) -> any Slot {
        if let embedded = plan.plugin.embedded {
            guard plan.service.slot != .forked else { throw embedded.unforkable(service.name) }
        } else if plan.service.slot != .forked {
            noteMapped(plan)
        }
        return try shared.makeSlot(plan)
    }

    /// Images in this process are never unloaded: what they take is told, and told off.
    private func noteMapped(_ plan: SlotPlan) {
        let mapped = condition.mapped(bytes: plan.plugin.bytes)
        let budget = plan.service.maxGenerations
        guard mapped.count > budget, (mapped.count - 1).isMultiple(of: budget) else { return }
        shared.events.record(
            service: service.name, kind: .warning, generation: plan.generation,
            message: "\(mapped.count) generations stay mapped in the host, "
                + "\(mapped.bytes >> 10) KiB of plugins, more than max-generations "
                + "(\(budget)); restart the host some time, or use slot: forked, which has no such cost"
        )
    }

    /// Removes the copies of all generations but these.
    ///
    /// - Parameter sparesLast: Whether a generation is being made, which nobody can name yet.
    func removeCopies(except kept: Set<Int>, sparesLast: Bool) {
        let unused = copies.withLock { copies in
            var kept = kept
            // Read in here: what is among the copies has its number by now.
            if sparesLast { kept.insert(lastNumber) }
            let unused = copies.subtracting(kept)
            copies.formIntersection(kept)
            return unused
        }
        release(unused)
        for number in unused.sorted() {
            do throws(ImageError) {
                try stage.remove(service: service.name, generation: number)
            } catch {
                log.write(
                    .warning, "staged copy stays", metadata: [LogKey.error: error.message],
                    identifier: service.name, generation: number)
            }
        }
    }

    /// Lets go of code of the program that no generation will be made of any more.
    private func release(_ generations: Set<Int>) {
        let current = service.configuration.plugin
        let gone = embedded.withLock { embedded in
            generations.compactMap { embedded.removeValue(forKey: $0) }
                .filter { current != .embedded($0) && !embedded.values.contains($0) }
        }
        for plugin in gone { plugin.release() }
    }

    /// Lets go of all code of the program: the service has ended for good.
    func releaseAll() {
        let gone = embedded.withLock { embedded in
            defer { embedded = [:] }
            return embedded.values
        }
        for plugin in gone { plugin.release() }
        if case .embedded(let plugin) = service.configuration.plugin { plugin.release() }
    }

    private func blocking<Result: Sendable>(
        _ body: @escaping @Sendable () throws(ImageError) -> Result
    ) async throws(CallError) -> Result {
        let result: Swift.Result<Result, ImageError> = await shared.threads.perform {
            do throws(ImageError) {
                return .success(try body())
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let value): return value
        case .failure(let error): throw CallError(error)
        }
    }
}
