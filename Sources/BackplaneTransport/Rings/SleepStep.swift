// SPDX-License-Identifier: Apache-2.0

/// The steps of a side that has nothing to do, in their order; pure, so that every interleaving with
/// a sender's can be tried.
///
/// A sender publishes, orders that ahead of its next look (a fence), and rings if the other side has
/// announced itself. So either the sender sees the announcement, or the look sees what was published.
enum SleepStep: CaseIterable {
    /// Reads the bell, says that it wants to be woken, and orders that ahead of the look.
    case announce
    /// Takes what has come meanwhile; what is waited for may be there.
    case look
    /// Sleeps unless the bell was rung since `announce`.
    case sleep
    /// Says that it is awake.
    case withdraw

    static let first = announce

    var next: SleepStep {
        switch self {
        case .announce: .look
        case .look: .sleep
        case .sleep: .withdraw
        case .withdraw: .announce
        }
    }
}
