// SPDX-License-Identifier: Apache-2.0

/// Where the larger containers of a payload end, so that none is walked through again and again.
///
/// Without it, a type that looks for a key behind a nested value passes over that value at each
/// level of nesting, which is quadratic in the depth.
struct ContainerEnds {
    /// Containers of up to so many items are walked through instead.
    static let threshold = 128

    /// In the order of their starts.
    private var entries: [(start: Int, end: Int)] = []

    /// Walks through all of a payload.
    init(of bytes: Span<UInt8>) throws(PayloadError) {
        var reader = ItemReader(bytes)
        _ = try add(&reader, depth: 0)
    }

    /// The end of the container that starts at an offset (in front of its tags), if it is a large one.
    subscript(start: Int) -> Int? {
        var range = 0..<entries.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let entry = entries[middle]
            if entry.start == start { return entry.end }
            range = entry.start < start ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }

    /// Passes over an item and notes it if it is large.
    ///
    /// - Returns: How many items it consists of.
    private mutating func add(
        _ reader: inout ItemReader, depth: Int
    ) throws(PayloadError) -> Int {
        let start = reader.position
        var head = try reader.head()
        while head.major == .tag { head = try reader.head() }
        guard head.major == .array || head.major == .map else {
            reader.position = start
            try reader.skip(depth: depth)
            return 1
        }
        guard depth < CBOR.maximumDepth else { throw .tooDeep() }
        // Room in the order of starts; taken back if the container proves small.
        let place = entries.count
        entries.append((start, start))
        var total = 1
        let each = head.major == .map ? 2 : 1
        var left =
            head.isIndefinite
            ? Int.max : try reader.count(of: head, itemsEach: UInt64(each)) * each
        while left > 0 && !(head.isIndefinite && reader.takeBreak()) {
            total += try add(&reader, depth: depth + 1)
            left -= 1
        }
        if total > ContainerEnds.threshold {
            entries[place].end = reader.position
        } else {
            entries.removeLast(entries.count - place)
        }
        return total
    }
}
