// SPDX-License-Identifier: Apache-2.0

/// Reads what `FieldWriter` wrote, trusting none of it.
public struct FieldReader: Sendable {
    private let bytes: [UInt8]
    private var offset = 0

    /// Makes a reader of `bytes`.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next number.
    public mutating func number() throws(TransportError) -> UInt64 {
        try little(8)
    }

    /// The next string; bytes that are not UTF-8 are replaced.
    public mutating func string() throws(TransportError) -> String {
        let count = Int(try little(4))
        guard count <= bytes.count - offset else { throw Self.cut }
        defer { offset += count }
        return String(decoding: bytes[offset..<offset + count], as: UTF8.self)
    }

    /// The next number, or nothing where the largest one stands.
    public mutating func optionalNumber() throws(TransportError) -> UInt64? {
        let number = try number()
        return number == .max ? nil : number
    }

    /// A count of things that take four bytes or more each, so that a false one is seen at once.
    public mutating func count() throws(TransportError) -> Int {
        let count = try number()
        guard count <= UInt64(remaining / 4) else {
            throw TransportError(.malformed, "fields claim \(count) entries")
        }
        return Int(count)
    }

    /// How many bytes are left: a bound for any count that was read.
    public var remaining: Int { bytes.count - offset }

    /// Checks that nothing is left.
    public func finish() throws(TransportError) {
        guard remaining == 0 else {
            throw TransportError(.malformed, "a frame's fields are longer than they should be")
        }
    }

    private mutating func little(_ count: Int) throws(TransportError) -> UInt64 {
        guard count <= bytes.count - offset else { throw Self.cut }
        defer { offset += count }
        return bytes.span.little(offset, count)
    }

    private static let cut = TransportError(.malformed, "a frame's fields are cut short")
}
