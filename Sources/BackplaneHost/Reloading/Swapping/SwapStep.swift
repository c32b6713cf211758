// SPDX-License-Identifier: Apache-2.0

/// One step of a swap, in the order in which they can come.
enum SwapStep: String, Sendable, CaseIterable {
    /// The candidate proves itself in a process that may die.
    case rehearse
    /// The candidate's instances are made, up to `init`.
    case create
    /// New calls wait from here on.
    case hold
    /// The running calls end.
    case drain
    /// The old generation gives its state.
    case save
    /// The rehearsed candidate takes up that state.
    case check
    /// The old generation gives up what only one can have.
    case stopOld = "stop-old"
    /// The candidate takes up the state.
    case restore
    /// The candidate takes its exclusive resources.
    case start
    /// Calls go to the candidate, those that waited first.
    case switchOver = "switch"

    /// What undoes a swap that failed.
    enum Undoing: Sendable, Equatable {
        /// Nothing is left of the candidate.
        case dropCandidate
        /// The old generation takes calls again, those that waited first.
        case release
        /// The old generation, which was stopped, is made anew and takes calls.
        case bringBack
    }
}
