// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Everything a slot needs to bring up one generation.
struct SlotPlan: Sendable {
    /// What the generation is made with.
    let service: ServiceConfiguration
    /// The generation's number.
    let generation: Int
    /// The plugin's private copy.
    let plugin: StagedPlugin
    /// The service's `config`, as CBOR.
    let configuration: Payload
    /// The functions the generation provides.
    let functions: ProvidedFunctions
    let surroundings: InstanceContext.Surroundings
    let environment: CallEnvironment
    /// Threads that may block.
    let threads: ElasticThreads

    /// The service's configuration as it is by now: for what needs no new generation.
    var current: ServiceConfiguration { surroundings.current?.read()?.configuration ?? service }

    /// The place of one instance, of worker 1, 2 or another.
    func context(worker: Int) -> InstanceContext {
        InstanceContext(
            service: service, generation: generation, worker: worker, directory: plugin.directory,
            functions: functions, surroundings: surroundings)
    }
}
