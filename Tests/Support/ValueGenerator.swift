// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

/// Makes values of all kinds, the awkward ones more often than chance would.
public struct ValueGenerator: Sendable {
    private var random: SeededGenerator
    private let isJSON: Bool

    /// Makes a generator; `json` leaves out what JSON cannot say.
    public init(seed: UInt64, json: Bool = false) {
        random = SeededGenerator(seed: seed)
        isJSON = json
    }

    /// The next value.
    public mutating func next(depth: Int = 0) -> Value {
        switch Int.random(in: 0..<(depth < 5 ? 12 : 8), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2, 3: return integer()
        case 4, 5: return .double(double())
        case 6: return .string(string())
        case 7: return isJSON ? .string(string()) : .bytes(bytes())
        case 8, 9:
            let count = count(depth: depth)
            return .array((0..<count).map { _ in next(depth: depth + 1) })
        default:
            var entries: [String: Value] = [:]
            for _ in 0..<count(depth: depth) { entries[string()] = next(depth: depth + 1) }
            return .map(entries)
        }
    }

    private mutating func count(depth: Int = 0) -> Int {
        Int.random(in: 0..<20, using: &random) == 0 && depth < 2
            ? Int.random(in: 20..<300, using: &random) : Int.random(in: 0..<5, using: &random)
    }

    private mutating func integer() -> Value {
        let bits = random.next() >> UInt64.random(in: 0..<64, using: &random)
        return Bool.random(using: &random)
            ? Value(bits) : .integer(~Int64(truncatingIfNeeded: bits & 0x7fff_ffff_ffff_ffff))
    }

    private mutating func double() -> Double {
        switch Int.random(in: 0..<6, using: &random) {
        case 0: return Double(Int.random(in: -1000...1000, using: &random)) / 8
        case 1: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))).finite
        case 2:
            return [0, -0.0, 1e16, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 6e-8]
                .randomElement(
                    using: &random) ?? 0
        case 3 where !isJSON: return Bool.random(using: &random) ? .infinity : -.infinity
        default: return Double(bitPattern: random.next()).finite
        }
    }

    private mutating func bytes() -> [UInt8] {
        (0..<count()).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private mutating func string() -> String {
        var result = ""
        for _ in 0..<count() {
            let limits: [ClosedRange<UInt32>] = [
                0x20...0x7e, 0...0x1f, 0x7f...0x7ff, 0x10000...0x10ffff,
            ]
            let limit = limits[[0, 0, 0, 1, 2, 3].randomElement(using: &random) ?? 0]
            let scalar = Unicode.Scalar(UInt32.random(in: limit, using: &random))
            result.unicodeScalars.append(scalar ?? "?")
        }
        return result
    }
}

extension Double {
    /// The number, or 0 instead of what is not finite.
    fileprivate var finite: Double { isFinite ? self : 0 }
}
