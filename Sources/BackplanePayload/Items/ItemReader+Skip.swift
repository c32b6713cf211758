// SPDX-License-Identifier: Apache-2.0

extension ItemReader {
    /// Passes over one item and all that it holds.
    ///
    /// - Parameter depth: How many containers the item lies in.
    package mutating func skip(depth: Int = 0) throws(PayloadError) {
        var budget = Int.max
        _ = try skip(depth: depth, budget: &budget)
    }

    /// Passes over one item unless it holds more than `budget` items.
    ///
    /// - Returns: False if the budget ran out; the reader's position means nothing then.
    package mutating func skip(depth: Int, budget: inout Int) throws(PayloadError) -> Bool {
        guard budget > 0 else { return false }
        budget -= 1
        var head = try self.head()
        while head.major == .tag { head = try self.head() }
        switch head.major {
        case .unsigned, .negative, .tag:
            return true
        case .simple:
            if head.isBreak {
                throw .malformed("there is a break outside of a container", at: position - 1)
            }
            return true
        case .bytes, .text:
            if head.isIndefinite {
                while let chunk = try nextChunk(head.major) { _ = chunk }
            } else {
                _ = try take(head.argument)
            }
            return true
        case .array:
            return try skipItems(head, each: 1, depth: depth + 1, budget: &budget)
        case .map:
            return try skipItems(head, each: 2, depth: depth + 1, budget: &budget)
        }
    }

    private mutating func skipItems(
        _ head: ItemHead, each: Int, depth: Int, budget: inout Int
    ) throws(PayloadError) -> Bool {
        guard depth <= CBOR.maximumDepth else { throw .tooDeep() }
        if head.isIndefinite {
            while !takeBreak() {
                for _ in 0..<each {
                    guard try skip(depth: depth, budget: &budget) else { return false }
                }
            }
            return true
        }
        let count = try self.count(of: head, itemsEach: UInt64(each))
        for _ in 0..<count * each {
            guard try skip(depth: depth, budget: &budget) else { return false }
        }
        return true
    }
}
