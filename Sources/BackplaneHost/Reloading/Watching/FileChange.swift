// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// What became of a watched file, once it was clear.
struct FileChange: Sendable, Hashable {
    /// What happened.
    enum Kind: Sendable, Hashable {
        /// There are new bytes, and they are whole as far as can be told.
        case settled
        /// Somebody wrote or touched the file, or it is back, with the bytes of the last `settled`.
        case unchanged
        /// It is shorter than its own headers say, and nobody goes on writing.
        ///
        /// In words, for people.
        case incomplete(String)
        /// Something that can't be read lies there.
        ///
        /// In words, for people.
        case unreadable(String)
        /// It is gone.
        case vanished
    }

    /// The path, as it was given to watch.
    let path: String
    let kind: Kind
    /// A hash of the bytes; none for what can't be read or isn't there.
    let contentHash: UInt64?
    /// When the first sign of this change was noticed.
    let seen: Instant
    /// When the last sign of it was noticed: what it took from here on was waiting and reading.
    let written: Instant
    /// When it was decided that this is what became of it.
    let settled: Instant
}
