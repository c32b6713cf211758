// SPDX-License-Identifier: Apache-2.0

/// Something that happened in a watched directory.
struct DirectoryEvent: Sendable, Hashable {
    /// What happened.
    enum Kind: Sendable, Hashable {
        /// A file was written to, or shortened.
        case modified
        /// A file that was open for writing was closed.
        case closed
        /// Something came into being.
        case created
        /// Something was moved here.
        case arrived
        /// Something was removed or moved away.
        case left
        /// Its permissions, owner or times were changed.
        case attributes
        /// The directory itself was moved, removed or unmounted.
        case displaced
        /// Events were lost, of any directory.
        case overflow
    }

    /// Of which watch; -1 for an overflow.
    let watch: CInt
    let kind: Kind
    /// The name in the directory; empty when it is about the directory itself.
    let name: String
}
