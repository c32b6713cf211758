// SPDX-License-Identifier: Apache-2.0

extension ItemReader {
    /// Reads a value of one of the common types, without their `Codable` conformances.
    ///
    /// - Returns: Nil if the type is not one of them; then nothing was read.
    @inline(__always)
    mutating func known<T>(_ type: T.Type, depth: Int) throws(PayloadError) -> T? {
        if type == String.self { return same(try string(), type) }
        if type == Int.self { return same(try integer(Int.self), type) }
        if type == Double.self { return same(try double(), type) }
        if type == Bool.self { return same(try bool(), type) }
        return try lessCommon(type, depth: depth)
    }

    @inline(never)
    private mutating func lessCommon<T>(
        _ type: T.Type, depth: Int
    ) throws(PayloadError) -> T? {
        if type == [UInt8].self { return same(try byteString(), type) }
        if type == [Double].self { return same(try numbers(Double.self), type) }
        if type == [Int].self { return same(try numbers(Int.self), type) }
        if type == Value.self { return same(try value(depth: depth), type) }
        if type == [String].self { return same(try strings(), type) }
        if type == Float.self { return same(try float(), type) }
        if let value = try integers(type) { return value }
        if let value = try numberArrays(type) { return value }
        if let value = try collections(type, depth: depth) { return value }
        return try optionals(type, depth: depth)
    }

    private mutating func integers<T>(_ type: T.Type) throws(PayloadError) -> T? {
        if type == Int64.self { return same(try integer(Int64.self), type) }
        if type == UInt64.self { return same(try integer(UInt64.self), type) }
        if type == UInt.self { return same(try integer(UInt.self), type) }
        if type == Int32.self { return same(try integer(Int32.self), type) }
        if type == UInt32.self { return same(try integer(UInt32.self), type) }
        if type == Int16.self { return same(try integer(Int16.self), type) }
        if type == UInt16.self { return same(try integer(UInt16.self), type) }
        if type == Int8.self { return same(try integer(Int8.self), type) }
        if type == UInt8.self { return same(try integer(UInt8.self), type) }
        return nil
    }

    private mutating func numberArrays<T>(_ type: T.Type) throws(PayloadError) -> T? {
        if type == [Float].self { return same(try numbers(Float.self), type) }
        if type == [Int32].self { return same(try numbers(Int32.self), type) }
        if type == [Int64].self { return same(try numbers(Int64.self), type) }
        if type == [UInt32].self { return same(try numbers(UInt32.self), type) }
        if type == [UInt64].self { return same(try numbers(UInt64.self), type) }
        if type == [UInt16].self { return same(try numbers(UInt16.self), type) }
        if type == [Int16].self { return same(try numbers(Int16.self), type) }
        if type == [Int8].self { return same(try numbers(Int8.self), type) }
        if type == [UInt].self { return same(try numbers(UInt.self), type) }
        return nil
    }

    private mutating func collections<T>(
        _ type: T.Type, depth: Int
    ) throws(PayloadError) -> T? {
        if type == [Bool].self {
            return same(try array { (reader) throws(PayloadError) in try reader.bool() }, type)
        }
        if type == [Value].self {
            let values = try array { (reader) throws(PayloadError) in
                try reader.value(depth: depth + 1)
            }
            return same(values, type)
        }
        if type == [String: Value].self {
            let map = try map { (reader) throws(PayloadError) in
                try reader.value(depth: depth + 1)
            }
            return same(map, type)
        }
        if type == [String: String].self {
            return same(try map { (reader) throws(PayloadError) in try reader.string() }, type)
        }
        if type == [String: Int].self {
            let map = try map { (reader) throws(PayloadError) in try reader.integer(Int.self) }
            return same(map, type)
        }
        if type == [String: Double].self {
            return same(try map { (reader) throws(PayloadError) in try reader.double() }, type)
        }
        return nil
    }

    private mutating func optionals<T>(
        _ type: T.Type, depth: Int
    ) throws(PayloadError) -> T? {
        if type == String?.self { return same(try optional(String.self, depth), type) }
        if type == Int?.self { return same(try optional(Int.self, depth), type) }
        if type == Double?.self { return same(try optional(Double.self, depth), type) }
        if type == Bool?.self { return same(try optional(Bool.self, depth), type) }
        if type == [UInt8]?.self { return same(try optional([UInt8].self, depth), type) }
        if type == [Double]?.self { return same(try optional([Double].self, depth), type) }
        if type == [Int]?.self { return same(try optional([Int].self, depth), type) }
        if type == [String]?.self { return same(try optional([String].self, depth), type) }
        if type == Value?.self { return same(try optional(Value.self, depth), type) }
        return nil
    }

    private mutating func optional<W>(_ type: W.Type, _ depth: Int) throws(PayloadError) -> W? {
        try takeNull() ? nil : known(type, depth: depth)
    }

    /// Reads an array of strings.
    package mutating func strings() throws(PayloadError) -> [String] {
        try array { (reader) throws(PayloadError) in try reader.string() }
    }

    private mutating func array<E>(
        _ element: (inout ItemReader) throws(PayloadError) -> E
    ) throws(PayloadError) -> [E] {
        let head = try item()
        guard head.major == .array else { throw .mismatch("an array", found: head.description) }
        var result: [E] = []
        if head.isIndefinite {
            while !takeBreak() { result.append(try element(&self)) }
            return result
        }
        let count = try self.count(of: head)
        result.reserveCapacity(min(count, ItemReader.reservedElements))
        for _ in 0..<count { result.append(try element(&self)) }
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

/// A value as the type that it was found to be.
@inline(__always)
func same<A, B>(_ value: A, _: B.Type) -> B {
    // SAFETY: every caller has just compared the two metatypes; they are equal.
    unsafe unsafeBitCast(value, to: B.self)
}
