// SPDX-License-Identifier: Apache-2.0

/// For coders other than ours, which handles `Value` itself.
extension Value: Codable {
    /// Encodes the value as what it holds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .bytes(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .map(let value): try container.encode(value)
        }
    }

    /// Decodes whatever is there; a coder without bytes gives arrays of numbers for them.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = Self.attempt({ try container.decode(Bool.self) }) {
            self = .bool(value)
        } else if let value = Self.attempt({ try container.decode(Int64.self) }) {
            self = .integer(value)
        } else if let value = Self.attempt({ try container.decode(UInt64.self) }) {
            self = Value(value)
        } else if let value = Self.attempt({ try container.decode(Double.self) }) {
            self = .double(value)
        } else if let value = Self.attempt({ try container.decode(String.self) }) {
            self = .string(value)
        } else if let value = Self.attempt({ try container.decode([Value].self) }) {
            self = .array(value)
        } else {
            self = .map(try container.decode([String: Value].self))
        }
    }

    /// The result, or nil: a mismatch only means that the next type is to be tried.
    private static func attempt<T>(_ decode: () throws -> T) -> T? {
        try? decode()
    }
}
