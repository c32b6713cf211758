// SPDX-License-Identifier: Apache-2.0

extension ItemWriter {
    /// Appends a value of a known type, which `T` is.
    @inline(__always)
    mutating func write<T>(_ known: KnownType, _ value: T, depth: Int) throws(PayloadError) {
        switch known {
        case .string: text(same(value, String.self))
        case .int: integer(same(value, Int.self))
        case .double: double(same(value, Double.self))
        case .bool: bool(same(value, Bool.self))
        default: try lessCommon(known, value, depth)
        }
    }

    // Not specialised: `known` tells the types apart, a copy for each would only be larger.
    @_semantics("optimize.sil.specialize.generic.never")
    @inline(never)
    private mutating func lessCommon<T>(
        _ known: KnownType, _ value: T, _ depth: Int
    ) throws(PayloadError) {
        switch known {
        case .value: try self.value(same(value, Value.self), depth: depth)
        case .float: float(same(value, Float.self))
        case .int8: integer(same(value, Int8.self))
        case .int16: integer(same(value, Int16.self))
        case .int32: integer(same(value, Int32.self))
        case .int64: integer(same(value, Int64.self))
        case .uint: integer(same(value, UInt.self))
        case .uint8: integer(same(value, UInt8.self))
        case .uint16: integer(same(value, UInt16.self))
        case .uint32: integer(same(value, UInt32.self))
        case .uint64: integer(same(value, UInt64.self))
        case .optionalString: optional(same(value, String?.self)) { $0.text($1) }
        case .optionalInt: optional(same(value, Int?.self)) { $0.integer($1) }
        case .optionalDouble: optional(same(value, Double?.self)) { $0.double($1) }
        case .optionalBool: optional(same(value, Bool?.self)) { $0.bool($1) }
        case .optionalBytes: optional(same(value, [UInt8]?.self)) { $0.byteString($1) }
        case .optionalDoubles: optional(same(value, [Double]?.self)) { $0.numbers($1) }
        case .optionalInts: optional(same(value, [Int]?.self)) { $0.numbers($1) }
        case .optionalStrings: optional(same(value, [String]?.self)) { $0.strings($1) }
        case .optionalValue: try self.value(same(value, Value?.self) ?? .null, depth: depth)
        default: try collection(known, value, depth)
        }
    }

    @_semantics("optimize.sil.specialize.generic.never")
    private mutating func collection<T>(
        _ known: KnownType, _ value: T, _ depth: Int
    ) throws(PayloadError) {
        switch known {
        case .bytes: byteString(same(value, [UInt8].self))
        case .sharedBytes: byteString(same(value, Bytes.self))
        case .doubles: numbers(same(value, [Double].self))
        case .ints: numbers(same(value, [Int].self))
        case .floats: numbers(same(value, [Float].self))
        case .int8s: numbers(same(value, [Int8].self))
        case .int16s: numbers(same(value, [Int16].self))
        case .int32s: numbers(same(value, [Int32].self))
        case .int64s: numbers(same(value, [Int64].self))
        case .uints: numbers(same(value, [UInt].self))
        case .uint16s: numbers(same(value, [UInt16].self))
        case .uint32s: numbers(same(value, [UInt32].self))
        case .uint64s: numbers(same(value, [UInt64].self))
        case .strings: strings(same(value, [String].self))
        case .values: try self.value(.array(same(value, [Value].self)), depth: depth)
        case .valueMap: try map(same(value, [String: Value].self), depth)
        case .stringMap:
            try map(same(value, [String: String].self).mapValues(Value.string), depth)
        case .intMap:
            try map(same(value, [String: Int].self).mapValues { Value($0) }, depth)
        case .doubleMap:
            try map(same(value, [String: Double].self).mapValues(Value.double), depth)
        case .bools:
            let values = same(value, [Bool].self)
            head(.array, UInt64(values.count))
            for value in values { bool(value) }
        default:
            throw PayloadError(.unsupported, "\(T.self) is not a known type")
        }
    }

    /// Appends an array of strings.
    package mutating func strings(_ values: [String]) {
        head(.array, UInt64(values.count))
        for value in values { text(value) }
    }

    private mutating func optional<W>(_ value: W?, _ write: (inout ItemWriter, W) -> Void) {
        if let value {
            write(&self, value)
        } else {
            null()
        }
    }

    /// Appends a map; its entries are put in order in one place, whatever they are.
    private mutating func map(
        _ entries: [String: Value], _ depth: Int
    ) throws(PayloadError) {
        try value(.map(entries), depth: depth)
    }
}
