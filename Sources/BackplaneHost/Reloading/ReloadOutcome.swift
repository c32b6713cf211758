// SPDX-License-Identifier: Apache-2.0

/// What came of a reload of one service.
struct ReloadOutcome: Sendable, Equatable {
    /// How it ended.
    enum Result: Sendable, Equatable {
        /// Another generation is in charge.
        case switched(from: Int, to: Int)
        /// It was down, and is up.
        case started(generation: Int)
        /// The same bytes and the same configuration, or one that needs no other generation.
        case unchanged
        /// It stays as it was, for this reason.
        case refused(String)
        /// Its plugin is not there yet.
        case waiting(String)
        /// Nobody wants it to run.
        case stopped
    }

    let service: String
    let result: Result
    /// The steps that led here, in order.
    var phases: [HostEvent.Phase] = []

    /// Whether the service runs what was asked for.
    var isDone: Bool {
        switch result {
        case .switched, .started, .unchanged, .stopped: true
        case .refused, .waiting: false
        }
    }
}
