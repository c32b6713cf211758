// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc
internal import Logging

/// How a worker comes into being: the process, with the environment and the limits of its service,
/// and what it prints.
extension ForkedWorker {
    /// How often a fork is asked for again whose fork server or template was dying.
    private static let attempts = 3

    /// Has a process forked for one instance of a plan; nothing listens to it yet.
    ///
    /// - Parameters:
    ///   - template: Where it is forked from, if there is one.
    ///   - frames: Sent ahead, if it has the plugin open by then: if it comes from a template.
    static func make(
        _ plan: SlotPlan, _ context: InstanceContext, by server: ForkServer, for owner: any Owner,
        from template: SlotTemplate? = nil, sendingAhead frames: [Frame] = []
    ) async throws(CallError) -> ForkedWorker {
        let spawn = Self.spawn(plan, name: context.identifier)
        var failure: TransportError?
        for _ in 0..<attempts {
            let source = await template?.current()
            do throws(TransportError) {
                let process = try await server.spawn(
                    spawn, from: source, sendingAhead: source == nil ? [] : frames)
                return ForkedWorker(
                    process, context: context, log: plan.surroundings.log,
                    environment: plan.environment, owner: owner, hasPluginOpen: source != nil)
            } catch {
                failure = error
                guard error.code == .closed, !Task.isCancelled else { break }
            }
        }
        throw .unavailable(
            plan.service.name, because: failure?.message ?? "no worker could be forked")
    }

    /// What a worker, or the template of workers, of a plan is to be.
    static func spawn(_ plan: SlotPlan, name: String) -> WorkerSpawn {
        WorkerSpawn(
            name: name, environment: environment(of: plan.service),
            limits: plan.service.limits,
            frameLimits: FrameLimits(payload: plan.environment.payloadLimit),
            layout: RegionLayout(poolBytes: plan.service.poolBytes))
    }

    /// What a worker inherits, and what the service adds.
    private static func environment(of service: ServiceConfiguration) -> [String] {
        var variables: [String: String] = [:]
        for key in ["PATH", "HOME", "LANG", "TZ"] {
            // SAFETY: copied at once; a host does not change its environment while it runs.
            if let value = unsafe getenv(key) { variables[key] = unsafe String(cString: value) }
        }
        variables.merge(service.environment) { $1 }
        return variables.map { "\($0)=\($1)" }.sorted()
    }

    /// Begins to write what it prints to the service's log.
    ///
    /// - Parameter words: Told of each line too.
    func readOutput(by server: ForkServer, words: LastWords? = nil) {
        let (log, identifier, generation) = (log, identifier, context.generation)
        let level = context.outputLevel
        do throws(TransportError) {
            try server.readLog(of: process) { lines, dropped in
                for line in lines {
                    words?.take(line)
                    log.write(level, line, identifier: identifier, generation: generation)
                }
                guard dropped > 0 else { return }
                log.write(
                    .warning, "lines of a worker were dropped",
                    metadata: ["lines": "\(dropped)"], identifier: identifier,
                    generation: generation)
            }
        } catch {
            log.write(
                .warning, "output of a worker can't be read",
                metadata: [LogKey.error: error.message], identifier: identifier,
                generation: generation)
        }
    }
}
