// SPDX-License-Identifier: Apache-2.0

import Glibc

extension Bytes: RandomAccessCollection {
    /// The first position.
    public var startIndex: Int { 0 }
    /// The position behind the last.
    public var endIndex: Int { count }

    /// The byte at a position, counted from 0.
    ///
    /// Loops are faster over ``span``.
    public subscript(index: Int) -> UInt8 { span[index] }

    /// Lends the bytes to algorithms that want them in one piece.
    public func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result? {
        try unsafe withUnsafeBytes { try unsafe body($0.bindMemory(to: UInt8.self)) }
    }
}

extension Bytes: Hashable {
    /// Whether two have the same bytes, wherever they lie.
    public static func == (left: Bytes, right: Bytes) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                guard let a = left.baseAddress, let b = right.baseAddress else { return true }
                return unsafe memcmp(a, b, left.count) == 0
            }
        }
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}

extension Bytes: ExpressibleByArrayLiteral {
    /// Makes bytes of a literal.
    public init(arrayLiteral bytes: UInt8...) {
        self.init(bytes)
    }
}

extension Bytes: Codable {
    /// Reads bytes as `[UInt8]` is read.
    public init(from decoder: any Decoder) throws {
        self.init(try [UInt8](from: decoder))
    }

    /// Writes the bytes as `[UInt8]` is written.
    public func encode(to encoder: any Encoder) throws {
        try [UInt8](self).encode(to: encoder)
    }
}

extension Bytes: CustomStringConvertible {
    /// How many there are.
    public var description: String { count == 1 ? "1 byte" : "\(count) bytes" }
}
