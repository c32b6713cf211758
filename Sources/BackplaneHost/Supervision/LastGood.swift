// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage

/// What it takes to bring back the last generation that proved itself.
struct LastGood: Sendable {
    let number: Int
    /// Its copy, kept on the disk.
    let plugin: StagedPlugin
    let configuration: ServiceConfiguration
    let description: PluginDescription
    /// How its calls ended.
    let tally: GenerationTally.Reading
    /// The state that it handed to its successor.
    var state: StateEnvelope?

    init(_ generation: Generation, state: StateEnvelope? = nil) {
        number = generation.number
        plugin = generation.plugin
        configuration = generation.configuration
        description = generation.description
        tally = generation.tally.reading
        self.state = state
    }
}
