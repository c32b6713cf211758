// SPDX-License-Identifier: Apache-2.0

/// What stands under `config` of a service: handed to its plugin as it is.
public indirect enum ConfigurationValue: Sendable, Hashable {
    /// Nothing.
    case null

    /// A truth value.
    case bool(Bool)

    /// A whole number.
    case int(Int64)

    /// A whole number above the largest `Int64`.
    case unsigned(UInt64)

    /// A number, which may be infinite or not a number.
    case double(Double)

    /// A text.
    case string(String)

    /// A text that came from `${file:…}`, in whole or in part.
    case secret(Secret)

    /// Values in order.
    case list([ConfigurationValue])

    /// Values by name; the order in the file means nothing.
    case map([String: ConfigurationValue])
}

extension ConfigurationValue {
    /// The value with every secret replaced by its masked form.
    public var masked: ConfigurationValue {
        switch self {
        case .secret(let secret): .string(secret.masked)
        case .list(let values): .list(values.map(\.masked))
        case .map(let values): .map(values.mapValues(\.masked))
        default: self
        }
    }
}

extension ConfigurationValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes the null value.
    public init(nilLiteral: ()) { self = .null }

    /// Makes a truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes a whole number.
    public init(integerLiteral value: Int64) { self = .int(value) }

    /// Makes a number.
    public init(floatLiteral value: Double) { self = .double(value) }

    /// Makes a text.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes a list.
    public init(arrayLiteral elements: ConfigurationValue...) { self = .list(elements) }

    /// Makes a map; of two values for one name the last wins.
    public init(dictionaryLiteral elements: (String, ConfigurationValue)...) {
        self = .map(Dictionary(elements, uniquingKeysWith: { $1 }))
    }
}
