// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// One generation in the history of its service.
struct GenerationRecord: Sendable, Equatable {
    /// What it does.
    enum Stage: String, Sendable {
        /// It takes calls.
        case current
        /// It finishes the calls that it has.
        case draining
        /// Nothing of it runs any more.
        case retired
    }

    let number: Int
    var stage: Stage
    /// When it took over.
    let since: Instant
    /// The hash of its bytes.
    let hash: UInt64
}
