// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

extension Value {
    /// The value in a notation that `Tests/Oracles/spelling.py` shares, exact to the last bit.
    public var spelling: String {
        switch self {
        case .null: "n"
        case .bool(let value): value ? "T" : "F"
        case .integer(let value): "i\(value)"
        case .unsigned(let value): "i\(value)"
        case .double(let value):
            value.isNaN ? "dnan" : "d" + String(value.bitPattern, radix: 16).padded(to: 16)
        case .string(let value): "t" + Array(value.utf8).hexadecimal
        case .bytes(let value): "b" + value.hexadecimal
        case .array(let values): "[" + values.map(\.spelling).joined(separator: ",") + "]"
        case .map(let entries):
            "{"
                + entries.map { (Array($0.key.utf8).hexadecimal, $0.value.spelling) }
                .sorted { $0.0 < $1.0 }.map { "\($0.0):\($0.1)" }.joined(separator: ",") + "}"
        }
    }
}

extension [UInt8] {
    /// The bytes as pairs of hexadecimal digits.
    public var hexadecimal: String {
        map { String($0, radix: 16).padded(to: 2) }.joined()
    }

    /// Reads pairs of hexadecimal digits; nil if they are not.
    public init?(hexadecimal text: some StringProtocol) {
        let digits = Array<UInt8>(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            append(byte)
        }
    }
}

extension String {
    fileprivate func padded(to count: Int) -> String {
        String(repeating: "0", count: Swift.max(0, count - self.count)) + self
    }
}
