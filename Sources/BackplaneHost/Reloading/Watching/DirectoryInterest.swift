// SPDX-License-Identifier: Apache-2.0

/// What of a directory is of interest.
struct DirectoryInterest: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    /// That it is moved or removed itself.
    static let itself = DirectoryInterest(rawValue: 1)
    /// What comes into it and goes from it.
    static let names = DirectoryInterest(rawValue: 2)
    /// What is written to the files in it.
    static let contents = DirectoryInterest(rawValue: 4)
}
