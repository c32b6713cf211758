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
    public mutating func append(_ bytes: borrowing Span<UInt8>) -> [String] {
        var lines: [String] = []
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\n") {
                lines.append(takePartial())
            } else if partial.count < Self.maximumLine {
                partial.append(byte)
            } else {
                droppedBytes += 1
            }
        }
        return lines
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
