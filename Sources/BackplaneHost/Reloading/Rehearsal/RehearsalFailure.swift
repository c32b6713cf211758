// SPDX-License-Identifier: Apache-2.0

/// How a step of a rehearsal can fail.
enum RehearsalFailure: Sendable, Equatable {
    /// Its process ended, in these words: `crashed with signal 11 (SIGSEGV)`; what it printed last.
    case ended(String, said: String? = nil)
    /// It did not end within the time it had.
    case late(Duration)
    /// The plugin, or who opened it, said why not.
    case refused(CallError)
    /// Nobody wants to know any more.
    case givenUp
}
