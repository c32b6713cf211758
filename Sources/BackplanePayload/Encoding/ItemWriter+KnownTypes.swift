// SPDX-License-Identifier: Apache-2.0

extension ItemWriter {
    /// Appends a value of one of the common types, without their `Codable` conformances.
    ///
    /// - Returns: False if the type is not one of them; then nothing was written.
    @inline(__always)
    mutating func known<T>(_ value: T, depth: Int) throws(PayloadError) -> Bool {
        if T.self == String.self {
            text(same(value, String.self))
        } else if T.self == Int.self {
            integer(same(value, Int.self))
        } else if T.self == Double.self {
            double(same(value, Double.self))
        } else if T.self == Bool.self {
            bool(same(value, Bool.self))
        } else {
            return try lessCommon(value, depth: depth)
        }
        return true
    }

    @inline(never)
    private mutating func lessCommon<T>(
        _ value: T, depth: Int
    ) throws(PayloadError) -> Bool {
        if T.self == [UInt8].self {
            byteString(same(value, [UInt8].self))
        } else if T.self == [Double].self {
            numbers(same(value, [Double].self))
        } else if T.self == [Int].self {
            numbers(same(value, [Int].self))
        } else if T.self == Value.self {
            try self.value(same(value, Value.self), depth: depth)
        } else if T.self == [String].self {
            strings(same(value, [String].self))
        } else if T.self == Float.self {
            float(same(value, Float.self))
        } else if integers(value) || numberArrays(value) {
            return true
        } else if try collections(value, depth: depth) {
            return true
        } else {
            return try optionals(value, depth: depth)
        }
        return true
    }

    private mutating func integers<T>(_ value: T) -> Bool {
        if T.self == Int64.self {
            integer(same(value, Int64.self))
        } else if T.self == UInt64.self {
            integer(same(value, UInt64.self))
        } else if T.self == UInt.self {
            integer(same(value, UInt.self))
        } else if T.self == Int32.self {
            integer(same(value, Int32.self))
        } else if T.self == UInt32.self {
            integer(same(value, UInt32.self))
        } else if T.self == Int16.self {
            integer(same(value, Int16.self))
        } else if T.self == UInt16.self {
            integer(same(value, UInt16.self))
        } else if T.self == Int8.self {
            integer(same(value, Int8.self))
        } else if T.self == UInt8.self {
            integer(same(value, UInt8.self))
        } else {
            return false
        }
        return true
    }

    private mutating func numberArrays<T>(_ value: T) -> Bool {
        if T.self == [Float].self {
            numbers(same(value, [Float].self))
        } else if T.self == [Int32].self {
            numbers(same(value, [Int32].self))
        } else if T.self == [Int64].self {
            numbers(same(value, [Int64].self))
        } else if T.self == [UInt32].self {
            numbers(same(value, [UInt32].self))
        } else if T.self == [UInt64].self {
            numbers(same(value, [UInt64].self))
        } else if T.self == [UInt16].self {
            numbers(same(value, [UInt16].self))
        } else if T.self == [Int16].self {
            numbers(same(value, [Int16].self))
        } else if T.self == [Int8].self {
            numbers(same(value, [Int8].self))
        } else if T.self == [UInt].self {
            numbers(same(value, [UInt].self))
        } else {
            return false
        }
        return true
    }

    private mutating func collections<T>(
        _ value: T, depth: Int
    ) throws(PayloadError) -> Bool {
        if T.self == [Bool].self {
            let values = same(value, [Bool].self)
            head(.array, UInt64(values.count))
            for value in values { bool(value) }
        } else if T.self == [Value].self {
            try self.value(.array(same(value, [Value].self)), depth: depth)
        } else if T.self == [String: Value].self {
            try self.value(.map(same(value, [String: Value].self)), depth: depth)
        } else if T.self == [String: String].self {
            map(same(value, [String: String].self)) { $0.text($1) }
        } else if T.self == [String: Int].self {
            map(same(value, [String: Int].self)) { $0.integer($1) }
        } else if T.self == [String: Double].self {
            map(same(value, [String: Double].self)) { $0.double($1) }
        } else {
            return false
        }
        return true
    }

    private mutating func optionals<T>(
        _ value: T, depth: Int
    ) throws(PayloadError) -> Bool {
        if T.self == String?.self {
            return try optional(same(value, String?.self), depth)
        } else if T.self == Int?.self {
            return try optional(same(value, Int?.self), depth)
        } else if T.self == Double?.self {
            return try optional(same(value, Double?.self), depth)
        } else if T.self == Bool?.self {
            return try optional(same(value, Bool?.self), depth)
        } else if T.self == [UInt8]?.self {
            return try optional(same(value, [UInt8]?.self), depth)
        } else if T.self == [Double]?.self {
            return try optional(same(value, [Double]?.self), depth)
        } else if T.self == [Int]?.self {
            return try optional(same(value, [Int]?.self), depth)
        } else if T.self == [String]?.self {
            return try optional(same(value, [String]?.self), depth)
        } else if T.self == Value?.self {
            return try optional(same(value, Value?.self), depth)
        }
        return false
    }

    private mutating func optional<W>(_ value: W?, _ depth: Int) throws(PayloadError) -> Bool {
        guard let value else {
            null()
            return true
        }
        return try known(value, depth: depth)
    }

    /// Appends an array of strings.
    package mutating func strings(_ values: [String]) {
        head(.array, UInt64(values.count))
        for value in values { text(value) }
    }

    private mutating func map<E>(
        _ entries: [String: E], _ write: (inout ItemWriter, E) -> Void
    ) {
        head(.map, UInt64(entries.count))
        for (key, value) in entries.sorted(by: { ItemWriter.precedes($0.key, $1.key) }) {
            text(key)
            write(&self, value)
        }
    }
}
