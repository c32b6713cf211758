// SPDX-License-Identifier: Apache-2.0

extension ItemWriter {
    /// Appends a value; the entries of maps by the length, then the bytes of their keys.
    ///
    /// - Parameter depth: How many containers it lies in.
    package mutating func value(_ value: Value, depth: Int = 0) throws(PayloadError) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .unsigned(let value): integer(value)
        case .double(let value): double(value)
        case .string(let value): text(value)
        case .bytes(let value): byteString(value)
        case .array(let elements):
            guard depth < CBOR.maximumDepth else { throw .tooDeep() }
            head(.array, UInt64(elements.count))
            for element in elements { try self.value(element, depth: depth + 1) }
        case .map(let entries):
            guard depth < CBOR.maximumDepth else { throw .tooDeep() }
            head(.map, UInt64(entries.count))
            for (key, entry) in entries.sorted(by: { ItemWriter.precedes($0.key, $1.key) }) {
                text(key)
                try self.value(entry, depth: depth + 1)
            }
        }
    }

    /// The order of a map's entries (RFC 8949, 4.2.1): shorter keys first, then by their bytes.
    static func precedes(_ left: String, _ right: String) -> Bool {
        let (one, other) = (left.utf8, right.utf8)
        return one.count == other.count
            ? one.lexicographicallyPrecedes(other) : one.count < other.count
    }
}
