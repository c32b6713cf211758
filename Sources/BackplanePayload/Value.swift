// SPDX-License-Identifier: Apache-2.0

/// A payload whose shape is not known in advance.
///
/// It holds whatever JSON can say, and bytes besides. Typed arrays of CBOR arrive as arrays of numbers, other tags
/// are unwrapped. Encoding is deterministic: the entries of a map are written shorter keys first, then in the order of
/// their UTF-8 bytes.
public enum Value: Sendable, Hashable {
    /// Nothing.
    case null
    /// True or false.
    case bool(Bool)
    /// An integer that fits `Int64`.
    case integer(Int64)
    /// An integer above `Int64.max`; smaller ones are always ``integer(_:)``.
    case unsigned(UInt64)
    /// A floating-point number.
    case double(Double)
    /// Text.
    case string(String)
    /// Binary data.
    case bytes([UInt8])
    /// Values in order.
    case array([Value])
    /// Values by name.
    case map([String: Value])

    /// Makes an integer in its one canonical case.
    public init(_ integer: UInt64) {
        self = Int64(exactly: integer).map(Value.integer) ?? .unsigned(integer)
    }

    /// Makes an integer.
    public init(_ integer: Int) {
        self = .integer(Int64(integer))
    }
}
