// SPDX-License-Identifier: Apache-2.0

/// Resolves plain scalars to types as the YAML 1.2 core schema does.
///
/// Source: YAML 1.2.2, section 10.3.2.
enum CoreSchema {
    /// What a scalar turned out to be.
    enum Scalar: Equatable {
        case null
        case bool(Bool)
        case int(Int64)

        /// A whole number that only `UInt64` holds.
        case unsigned(UInt64)
        case double(Double)
        case string(String)

        /// A number that no type holds without loss.
        case outOfRange
    }

    /// The tags that a file may use.
    enum Tag: String {
        case string = "tag:yaml.org,2002:str"
        case null = "tag:yaml.org,2002:null"
        case bool = "tag:yaml.org,2002:bool"
        case int = "tag:yaml.org,2002:int"
        case float = "tag:yaml.org,2002:float"
        case list = "tag:yaml.org,2002:seq"
        case map = "tag:yaml.org,2002:map"
        case none = "!"
    }

    /// The type and value of a plain scalar.
    static func resolve(_ text: String) -> Scalar {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".nan", ".NaN", ".NAN": return .double(.nan)
        default: return number(Array(text.utf8)) ?? .string(text)
        }
    }

    /// The value of a scalar with a tag; nil when the text does not fit the tag.
    static func resolve(_ text: String, as tag: Tag) -> Scalar? {
        let scalar = resolve(text)
        switch (tag, scalar) {
        case (.string, _), (.none, _): return .string(text)
        case (.null, .null), (.bool, .bool), (.float, .double): return scalar
        case (.int, .int), (.int, .unsigned): return scalar
        case (.int, .outOfRange), (.float, .outOfRange): return .outOfRange
        case (.float, .int(let value)): return .double(Double(value))
        case (.float, .unsigned(let value)): return .double(Double(value))
        default: return nil
        }
    }

    private static func number(_ text: [UInt8]) -> Scalar? {
        if text.starts(with: Array("0o".utf8)) { return integer(text.dropFirst(2), radix: 8) }
        if text.starts(with: Array("0x".utf8)) { return integer(text.dropFirst(2), radix: 16) }
        let isSigned = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
        let isNegative = text.first == UInt8(ascii: "-")
        let rest = text.dropFirst(isSigned ? 1 : 0)
        if let whole = integer(rest, radix: 10, isNegative: isNegative) { return whole }
        if [".inf", ".Inf", ".INF"].contains(where: { rest.elementsEqual($0.utf8) }) {
            return .double(isNegative ? -.infinity : .infinity)
        }
        guard isFloat(rest), let value = Double(String(decoding: rest, as: UTF8.self)) else {
            return nil
        }
        guard value.isFinite else { return .outOfRange }
        return .double(isNegative ? -value : value)
    }

    /// The whole number that the digits spell; nil when they are no digits.
    private static func integer(
        _ digits: ArraySlice<UInt8>, radix: UInt64, isNegative: Bool = false
    ) -> Scalar? {
        var value: UInt64? = 0
        for byte in digits {
            guard let digit = digit(byte), digit < radix else { return nil }
            guard let sum = value else { continue }
            let (product, overflow) = sum.multipliedReportingOverflow(by: radix)
            let (next, carry) = product.addingReportingOverflow(digit)
            value = overflow || carry ? nil : next
        }
        guard !digits.isEmpty else { return nil }
        guard let magnitude = value else { return .outOfRange }
        if isNegative {
            guard magnitude <= Int64.min.magnitude else { return .outOfRange }
            return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
        }
        return Int64(exactly: magnitude).map(Scalar.int) ?? .unsigned(magnitude)
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    /// Whether the text is `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
    private static func isFloat(_ text: ArraySlice<UInt8>) -> Bool {
        func isDigit(_ byte: UInt8) -> Bool { digit(byte).map { $0 < 10 } ?? false }
        let whole = text.prefix(while: isDigit)
        var rest = text.dropFirst(whole.count)
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard !whole.isEmpty || !fraction.isEmpty else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        } else if whole.isEmpty {
            return false
        }
        guard let mark = rest.first else { return true }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
        rest = rest.dropFirst()
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
            rest = rest.dropFirst()
        }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }
}
