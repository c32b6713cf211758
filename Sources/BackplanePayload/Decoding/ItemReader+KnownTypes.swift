// SPDX-License-Identifier: Apache-2.0

extension ItemReader {
    /// Reads a value of a known type, which `type` is.
    @inline(__always)
    mutating func read<T>(
        _ known: KnownType, as type: T.Type, depth: Int
    ) throws(PayloadError) -> T {
        switch known {
        case .string: same(try string(), type)
        case .int: same(try integer(Int.self), type)
        case .double: same(try double(), type)
        case .bool: same(try bool(), type)
        default: try lessCommon(known, type, depth)
        }
    }

    // Not specialised: `known` tells the types apart, a copy for each would only be larger.
    @_semantics("optimize.sil.specialize.generic.never")
    @inline(never)
    private mutating func lessCommon<T>(
        _ known: KnownType, _ type: T.Type, _ depth: Int
    ) throws(PayloadError) -> T {
        switch known {
        case .value: same(try value(depth: depth), type)
        case .float: same(try float(), type)
        case .int8: same(try integer(Int8.self), type)
        case .int16: same(try integer(Int16.self), type)
        case .int32: same(try integer(Int32.self), type)
        case .int64: same(try integer(Int64.self), type)
        case .uint: same(try integer(UInt.self), type)
        case .uint8: same(try integer(UInt8.self), type)
        case .uint16: same(try integer(UInt16.self), type)
        case .uint32: same(try integer(UInt32.self), type)
        case .uint64: same(try integer(UInt64.self), type)
        case .optionalString: same(try takeNull() ? nil : try string(), type)
        case .optionalInt: same(try takeNull() ? nil : try integer(Int.self), type)
        case .optionalDouble: same(try takeNull() ? nil : try double(), type)
        case .optionalBool: same(try takeNull() ? nil : try bool(), type)
        case .optionalValue: same(try takeNull() ? nil : try value(depth: depth), type)
        case .optionalBytes: same(try takeNull() ? nil : try byteString(), type)
        case .optionalDoubles: same(try takeNull() ? nil : try numbers(Double.self), type)
        case .optionalInts: same(try takeNull() ? nil : try numbers(Int.self), type)
        case .optionalStrings: same(try takeNull() ? nil : try strings(), type)
        default: try collection(known, type, depth)
        }
    }

    @_semantics("optimize.sil.specialize.generic.never")
    private mutating func collection<T>(
        _ known: KnownType, _ type: T.Type, _ depth: Int
    ) throws(PayloadError) -> T {
        switch known {
        case .bytes: same(try byteString(), type)
        case .sharedBytes: same(try sharedBytes(), type)
        case .doubles: same(try numbers(Double.self), type)
        case .ints: same(try numbers(Int.self), type)
        case .floats: same(try numbers(Float.self), type)
        case .int8s: same(try numbers(Int8.self), type)
        case .int16s: same(try numbers(Int16.self), type)
        case .int32s: same(try numbers(Int32.self), type)
        case .int64s: same(try numbers(Int64.self), type)
        case .uints: same(try numbers(UInt.self), type)
        case .uint16s: same(try numbers(UInt16.self), type)
        case .uint32s: same(try numbers(UInt32.self), type)
        case .uint64s: same(try numbers(UInt64.self), type)
        case .strings: same(try strings(), type)
        case .bools:
            same(try array { (reader) throws(PayloadError) in try reader.bool() }, type)
        case .values:
            same(
                try array { (reader) throws(PayloadError) in
                    try reader.value(depth: depth + 1)
                }, type)
        case .valueMap:
            same(
                try map { (reader) throws(PayloadError) in
                    try reader.value(depth: depth + 1)
                }, type)
        case .stringMap:
            same(try map { (reader) throws(PayloadError) in try reader.string() }, type)
        case .intMap:
            same(try map { (reader) throws(PayloadError) in try reader.integer(Int.self) }, type)
        case .doubleMap:
            same(try map { (reader) throws(PayloadError) in try reader.double() }, type)
        default:
            throw PayloadError(.unsupported, "\(type) is not a known type")
        }
    }

    /// Reads an array of strings.
    package mutating func strings() throws(PayloadError) -> [String] {
        try array { (reader) throws(PayloadError) in try reader.string() }
    }

    @inline(__always)
    private mutating func array<E>(
        _ element: (inout ItemReader) throws(PayloadError) -> E
    ) throws(PayloadError) -> [E] {
        let head = try item()
        guard head.major == .array else { throw .mismatch("an array", found: head.description) }
        var result: [E] = []
        if !head.isIndefinite {
            let count = try self.count(of: head)
            result.reserveCapacity(min(count, ItemReader.reservedElements))
        }
        try elements(head) { (reader) throws(PayloadError) in result.append(try element(&reader)) }
        return result
    }

    private mutating func map<E>(
        _ element: (inout ItemReader) throws(PayloadError) -> E
    ) throws(PayloadError) -> [String: E] {
        let head = try item()
        guard head.major == .map else { throw .mismatch("a map", found: head.description) }
        var result: [String: E] = [:]
        try entries(head) { (reader, key) throws(PayloadError) in
            let value = try element(&reader)
            return result.updateValue(value, forKey: key) == nil
        }
        return result
    }
}
