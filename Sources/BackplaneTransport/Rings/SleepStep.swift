// SPDX-License-Identifier: Apache-2.0

/// The steps of a side that has nothing to do, in their order, each one access to shared memory; pure,
/// so that every interleaving with a sender's can be tried.
///
/// A sender publishes, orders that ahead of its next look (a fence), and rings if the other side has
/// announced itself. So either the sender sees the announcement, or the look sees what was published.
enum SleepStep: CaseIterable {
    /// Reads the bell, ahead of everything: a ring that comes after this is not slept through.
    case noteBell
    /// Says that it wants to be woken.
    case announce
    /// Orders that ahead of the look.
    case fence
    /// Takes what has come meanwhile; what is waited for may be there. Who is at it already may have
    /// seen the end of it before this began, so this look waits for its turn.
    case look
    /// Sleeps unless the bell was rung since `noteBell`.
    case sleep
    /// Says that it is awake.
    case withdraw

    static let first = noteBell

    var next: SleepStep {
        switch self {
        case .noteBell: .announce
        case .announce: .fence
        case .fence: .look
        case .look: .sleep
        case .sleep: .withdraw
        case .withdraw: .noteBell
        }
    }
}
