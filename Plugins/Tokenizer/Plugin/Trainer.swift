// SPDX-License-Identifier: Apache-2.0

/// Learns merges from a text, one at a time.
///
/// A merge takes the adjacent pair that is most frequent, the smallest one among equals, and
/// replaces it from left to right by a new token. All adjacent pairs count, so `aaa` holds `aa`
/// twice, although only one of them can be replaced.
///
/// Only what a merge touches is counted anew: each pair keeps its count and where it was seen, and
/// a queue gives the most frequent one. Both may be out of date; they are checked when used.
struct Trainer {
    private var list: TokenList
    private var pairs: [TokenPair: Sightings] = [:]
    private var queue: PriorityQueue<Candidate>
    private var nextToken: Int32 = 256

    private struct Sightings {
        var count = 0
        /// Where the pair is, or was, in rising order.
        ///
        /// It appears during the one step that makes its newer token, and a step goes from left to
        /// right.
        var positions: [Int32] = []

        mutating func add(_ position: Int32) {
            count += 1
            positions.append(position)
        }
    }

    private struct Candidate: Comparable {
        let count: Int
        let pair: TokenPair

        static func < (left: Candidate, right: Candidate) -> Bool {
            left.count == right.count ? left.pair < right.pair : left.count > right.count
        }
    }

    /// - Parameter text: At most `TokenList.capacity` bytes.
    init(_ text: [UInt8]) {
        list = TokenList(text)
        for position in list.positions {
            guard let pair = list.pair(at: position) else { continue }
            pairs[pair, default: Sightings()].add(position)
        }
        queue = PriorityQueue(pairs.map { Candidate(count: $0.value.count, pair: $0.key) })
    }

    /// Makes the next merge and says which it was; nil when no pair occurs twice any more.
    mutating func next() -> TokenPair? {
        while let best = queue.popFirst() {
            let count = pairs[best.pair]?.count ?? 0
            guard count >= 2 else { continue }
            guard count == best.count else {
                // Counts of known pairs only fall: the entry was too good, so it goes back.
                queue.insert(Candidate(count: count, pair: best.pair))
                continue
            }
            merge(best.pair)
            return best.pair
        }
        return nil
    }

    private mutating func merge(_ pair: TokenPair) {
        let positions = pairs.removeValue(forKey: pair)?.positions ?? []
        var appeared: [TokenPair] = []
        for position in positions where list.pair(at: position) == pair {
            let before = list.position(before: position)
            let after = list.position(after: position)
            for neighbour in [before, after] {
                if let neighbour { forget(at: neighbour) }
            }
            list.merge(at: position, into: nextToken)
            for neighbour in [before, position] {
                if let neighbour, let new = note(at: neighbour) { appeared.append(new) }
            }
        }
        for pair in appeared {
            queue.insert(Candidate(count: pairs[pair]?.count ?? 0, pair: pair))
        }
        nextToken += 1
    }

    /// Takes the pair at `position` out of its count.
    private mutating func forget(at position: Int32) {
        guard let pair = list.pair(at: position) else { return }
        pairs[pair]?.count -= 1
    }

    /// Counts the pair at `position`, and gives it back when it has become worth a merge.
    private mutating func note(at position: Int32) -> TokenPair? {
        guard let pair = list.pair(at: position) else { return nil }
        pairs[pair, default: Sightings()].add(position)
        return pairs[pair]?.count == 2 ? pair : nil
    }
}
