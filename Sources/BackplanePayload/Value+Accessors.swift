// SPDX-License-Identifier: Apache-2.0

extension Value {
    /// True if there is nothing.
    public var isNull: Bool { self == .null }

    /// The truth value, or nil if it is something else.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The integer, or nil if it is something else or does not fit.
    ///
    /// A floating-point number that is whole counts as an integer: JSON of other languages does not tell them apart.
    public var int: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .unsigned(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The number, or nil if it is something else; integers are rounded to the nearest double.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The text, or nil if it is something else.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The binary data, or nil if it is something else.
    public var bytes: [UInt8]? {
        if case .bytes(let value) = self { value } else { nil }
    }

    /// The values in order, or nil if it is something else.
    public var array: [Value]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The values by name, or nil if it is something else.
    public var map: [String: Value]? {
        if case .map(let value) = self { value } else { nil }
    }

    /// The entry of a map, or nil if there is none or it is not a map.
    public subscript(key: String) -> Value? {
        if case .map(let entries) = self { entries[key] } else { nil }
    }

    /// The element of an array, or nil if there is none or it is not an array.
    public subscript(index: Int) -> Value? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}
