// SPDX-License-Identifier: Apache-2.0

/// Where the entries of a map are, by key.
struct MapIndex {
    private struct Entry {
        var keyStart: Int
        /// -1 if the key does not lie in one piece as text.
        var keyCount: Int
        var value: Int
    }

    /// Up to so many keys are compared one by one.
    private static let few = 16

    private var entries: [Entry] = []
    /// The keys by name, in large maps and odd ones.
    private var names: [ExactString: Int]?
    private var oddKeys: [Int: String] = [:]
    /// The entry after the one found last: fields are mostly asked for in order.
    private var next = 0

    /// Where the map ends.
    private(set) var end = 0

    /// Passes over a map whose head was just read, noting its entries.
    init(_ head: ItemHead, _ reader: inout ItemReader, in input: DecodingInput, depth: Int)
        throws(PayloadError)
    {
        var left = head.isIndefinite ? Int.max : try reader.count(of: head, itemsEach: 2)
        if !head.isIndefinite { entries.reserveCapacity(min(left, MapIndex.few)) }
        while left > 0 && !(head.isIndefinite && reader.takeBreak()) {
            try add(&reader)
            reader.position = try input.end(of: reader.position, depth: depth)
            left -= 1
        }
        end = reader.position
    }

    /// How many entries there are.
    var count: Int { entries.count }

    /// Reads one key and notes it.
    private mutating func add(_ reader: inout ItemReader) throws(PayloadError) {
        let start = reader.position
        var entry = Entry(keyStart: start, keyCount: -1, value: 0)
        let head = try reader.item()
        if head.major == .text && !head.isIndefinite {
            let range = try reader.take(head.argument)
            entry.keyStart = range.lowerBound
            entry.keyCount = range.count
        } else {
            reader.position = start
            oddKeys[entries.count] = try reader.key()
        }
        entry.value = reader.position
        if names == nil && entry.keyCount >= 0 && entries.count < MapIndex.few {
            for other in entries where isSame(entry, other, in: reader.bytes) {
                throw .duplicateKey(try reader.text(in: key(entry)), at: start)
            }
            entries.append(entry)
            return
        }
        if names == nil {
            var known: [ExactString: Int] = [:]
            for index in entries.indices {
                known[ExactString(try name(index, in: reader))] = index
            }
            names = known
        }
        entries.append(entry)
        let name = try self.name(entries.count - 1, in: reader)
        if names?.updateValue(entries.count - 1, forKey: ExactString(name)) != nil {
            throw .duplicateKey(name, at: start)
        }
    }

    private func key(_ entry: Entry) -> Range<Int> {
        entry.keyStart..<entry.keyStart + entry.keyCount
    }

    private func isSame(_ one: Entry, _ other: Entry, in bytes: Span<UInt8>) -> Bool {
        guard one.keyCount == other.keyCount else { return false }
        for offset in 0..<one.keyCount
        where bytes[one.keyStart + offset] != bytes[other.keyStart + offset] {
            return false
        }
        return true
    }

    /// The name of an entry.
    func name(_ index: Int, in reader: borrowing ItemReader) throws(PayloadError) -> String {
        if let odd = oddKeys[index] { return odd }
        return try reader.text(in: key(entries[index]))
    }

    /// Where the value of a key starts, if there is one.
    mutating func value(for name: String, in bytes: Span<UInt8>) -> Int? {
        if let names {
            guard let index = names[ExactString(name)] else { return nil }
            return entries[index].value
        }
        let wanted = name.utf8
        let count = wanted.count
        for step in entries.indices {
            let index = next + step < entries.count ? next + step : next + step - entries.count
            let entry = entries[index]
            guard entry.keyCount == count else { continue }
            if wanted.isMade(of: bytes.extracting(key(entry))) {
                next = index + 1 < entries.count ? index + 1 : 0
                return entry.value
            }
        }
        return nil
    }
}
