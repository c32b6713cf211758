// SPDX-License-Identifier: Apache-2.0

/// A place in a text file, counted from 1, columns in Unicode scalars.
struct SourcePosition: Hashable {
    var line: Int
    var column: Int
}

/// A stretch of a text file, its end not included.
struct SourceRange: Hashable {
    var start: SourcePosition
    var end: SourcePosition

    /// The first place of a file.
    static let top = SourceRange(
        start: SourcePosition(line: 1, column: 1), end: SourcePosition(line: 1, column: 1))
}
