// SPDX-License-Identifier: Apache-2.0

/// The types whose values are written and read without their `Codable` conformances.
enum KnownType {
    /// Any other type.
    case none
    case string, int, double, bool, value, float
    case int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64
    case bytes, sharedBytes, doubles, ints, strings, values, bools, floats
    case int8s, int16s, int32s, int64s, uints, uint16s, uint32s, uint64s
    case valueMap, stringMap, intMap, doubleMap
    case optionalString, optionalInt, optionalDouble, optionalBool, optionalValue
    case optionalBytes, optionalDoubles, optionalInts, optionalStrings

    /// Finds out which type it is by comparing metatypes, the most frequent first.
    @inline(__always)
    init<T>(_ type: T.Type) {
        if type == String.self {
            self = .string
        } else if type == Int.self {
            self = .int
        } else if type == Double.self {
            self = .double
        } else if type == Bool.self {
            self = .bool
        } else {
            self = KnownType.lessCommon(type)
        }
    }

    @inline(never)
    fileprivate static func lessCommon(_ type: Any.Type) -> KnownType {
        if type == Value.self { return .value }
        if type == [UInt8].self { return .bytes }
        if type == Bytes.self { return .sharedBytes }
        if type == [Double].self { return .doubles }
        if type == [Int].self { return .ints }
        if type == [String].self { return .strings }
        if type == Float.self { return .float }
        if type == Int64.self { return .int64 }
        if type == UInt8.self { return .uint8 }
        if type == UInt64.self { return .uint64 }
        if type == Int32.self { return .int32 }
        if type == UInt32.self { return .uint32 }
        if type == UInt.self { return .uint }
        if type == Int16.self { return .int16 }
        if type == UInt16.self { return .uint16 }
        if type == Int8.self { return .int8 }
        let optional = optional(type)
        return optional == .none ? collection(type) : optional
    }

    private static func optional(_ type: Any.Type) -> KnownType {
        if type == String?.self { return .optionalString }
        if type == Int?.self { return .optionalInt }
        if type == Double?.self { return .optionalDouble }
        if type == Bool?.self { return .optionalBool }
        if type == Value?.self { return .optionalValue }
        if type == [UInt8]?.self { return .optionalBytes }
        if type == [Double]?.self { return .optionalDoubles }
        if type == [Int]?.self { return .optionalInts }
        if type == [String]?.self { return .optionalStrings }
        return .none
    }

    private static func collection(_ type: Any.Type) -> KnownType {
        if type == [Float].self { return .floats }
        if type == [Int32].self { return .int32s }
        if type == [Int64].self { return .int64s }
        if type == [UInt32].self { return .uint32s }
        if type == [UInt64].self { return .uint64s }
        if type == [UInt16].self { return .uint16s }
        if type == [Int16].self { return .int16s }
        if type == [Int8].self { return .int8s }
        if type == [UInt].self { return .uints }
        if type == [Value].self { return .values }
        if type == [Bool].self { return .bools }
        if type == [String: Value].self { return .valueMap }
        if type == [String: String].self { return .stringMap }
        if type == [String: Int].self { return .intMap }
        if type == [String: Double].self { return .doubleMap }
        return .none
    }
}

/// A value as the type that it was found to be.
@inline(__always)
func same<A, B>(_ value: A, _: B.Type) -> B {
    // SAFETY: every caller has found the two types to be the same by their metatypes.
    unsafe unsafeBitCast(value, to: B.self)
}

extension CBOR {
    /// Has the runtime look up the types that each decoding compares with, ahead of the first.
    package static func warmUp() {
        // One that is none of them is compared with all.
        _ = KnownType.lessCommon(Never.self)
    }
}
