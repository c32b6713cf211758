// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage

/// What a swap is to do.
struct SwapOrder: Sendable {
    /// What the candidate is made of.
    var source: PluginSource
    /// What the candidate is made with.
    var configuration: ServiceConfiguration
    /// Whether the candidate proves itself first, in a process that may die.
    var rehearses = true
    /// What the candidate says of itself, when that is known without a rehearsal.
    var expected: PluginDescription?
    /// A state to take up when no generation is in charge, or the one in charge gives none.
    var state: StateEnvelope?
    /// Whether the generation in charge is to go whatever it does.
    var isRollback = false
}
