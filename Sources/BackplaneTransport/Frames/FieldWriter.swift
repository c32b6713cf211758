// SPDX-License-Identifier: Apache-2.0

/// Writes words and numbers one after the other, for `FieldReader` to read in the same order.
///
/// A number is eight bytes, lowest first; a string is its length in four bytes and its UTF-8.
public struct FieldWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []

    /// Makes a writer of nothing.
    public init() {}

    /// Appends a number.
    public mutating func append(_ number: UInt64) {
        bytes.appendLittle(number)
    }

    /// Appends a string, cut at a character if it is longer than `limit` bytes.
    public mutating func append(_ string: String, atMost limit: Int = FrameLimits.words) {
        let utf8 = string.utf8
        guard utf8.count > limit else {
            bytes.appendLittle(UInt32(utf8.count))
            bytes.append(contentsOf: utf8)
            return
        }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        // A byte of the form 10xxxxxx continues a scalar: step back to where one begins.
        while end > utf8.startIndex, utf8[end] & 0xc0 == 0x80 { end = utf8.index(before: end) }
        let cut = utf8[..<end]
        bytes.appendLittle(UInt32(cut.count))
        bytes.append(contentsOf: cut)
    }
}
