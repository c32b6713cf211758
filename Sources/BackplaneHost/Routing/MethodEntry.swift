// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import CBackplane

/// A method, or a provided function, of one generation.
final class MethodEntry: Sendable {
    /// What the descriptor says of it.
    let description: MethodDescription
    /// What `invoke` calls it.
    let index: UInt32
    /// Its counts, which outlive generations.
    let statistics: MethodStatistics
    /// Those of its generation.
    let tally: GenerationTally?

    var isProvidedFunction: Bool { index & UInt32(BACKPLANE_PROVIDED_FUNCTION) != 0 }

    init(
        description: MethodDescription, index: UInt32, statistics: MethodStatistics,
        tally: GenerationTally? = nil
    ) {
        self.description = description
        self.index = index
        self.statistics = statistics
        self.tally = tally
    }

    /// Counts a call that ended with a value.
    func noteValue(after nanoseconds: UInt64) {
        statistics.succeeded(after: nanoseconds)
        tally?.succeeded()
    }
}
