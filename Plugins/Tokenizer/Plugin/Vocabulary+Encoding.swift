// SPDX-License-Identifier: Apache-2.0

extension Vocabulary {
    /// The tokens of `text`: each merge in the order learned, each from left to right.
    ///
    /// Instead of going over the text once per merge, it writes down where each merge is possible.
    /// A merge only makes later ones possible, and those of one kind from left to right, so every
    /// list is complete and in order when its turn comes.
    ///
    /// - Parameter text: At most `TokenList.capacity` bytes.
    func ids(of text: [UInt8]) -> [Int] {
        var list = TokenList(text)
        var places = [[Int32]](repeating: [], count: merges.count)
        for position in list.positions {
            guard let pair = list.pair(at: position), let rank = rank(of: pair) else { continue }
            places[rank].append(position)
        }
        for (rank, pair) in merges.enumerated() {
            // Some are gone: a neighbour was faster.
            for position in places[rank] where list.pair(at: position) == pair {
                list.merge(at: position, into: Int32(256 + rank))
                for changed in [list.position(before: position), position] {
                    guard let changed, let pair = list.pair(at: changed),
                        let rank = self.rank(of: pair)
                    else { continue }
                    places[rank].append(changed)
                }
            }
            places[rank] = []
        }
        return list.ids
    }
}
