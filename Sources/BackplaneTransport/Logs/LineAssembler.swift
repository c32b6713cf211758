// SPDX-License-Identifier: Apache-2.0

/// Makes lines of a byte stream, whatever the pieces it arrives in.
///
/// Bytes that are not UTF-8 are replaced; of a line that is too long the start is kept.
public struct LineAssembler: Sendable {
    /// The most bytes of one line that are kept.
    public static let maximumLine = 64 << 10

    private var partial: [UInt8] = []
    /// Bytes of overlong lines that were dropped.
    public private(set) var droppedBytes = 0

    /// Makes an assembler.
    public init() {}

    /// Takes bytes; the lines that are complete with them, without their ends.
    public mutating func append(_ bytes: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            lines.append(takePartial())
            rest = rest[(end + 1)...]
        }
        keep(rest)
        return lines
    }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        let room = Self.maximumLine - partial.count
        partial.append(contentsOf: bytes.prefix(room))
        droppedBytes += max(0, bytes.count - room)
    }

    /// Takes the end of the stream; the line that had no end, if there is one.
    public mutating func finish() -> String? {
        partial.isEmpty ? nil : takePartial()
    }

    private mutating func takePartial() -> String {
        defer { partial.removeAll(keepingCapacity: true) }
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        return String(decoding: partial, as: UTF8.self)
    }
}
