// SPDX-License-Identifier: Apache-2.0

/// How often each token occurs in a text.
struct TokenCounts {
    private var counts: [Int: Int] = [:]

    init(_ ids: [Int]) {
        for id in ids {
            counts[id, default: 0] += 1
        }
    }

    /// All tokens by rising id.
    var all: [(id: Int, count: Int)] {
        counts.map { (id: $0.key, count: $0.value) }.sorted { $0.id < $1.id }
    }

    /// The tokens that occur most often; the smaller id goes first among equals.
    func mostFrequent(_ limit: Int) -> [(id: Int, count: Int)] {
        Array(all.sorted { ($1.count, $0.id) < ($0.count, $1.id) }.prefix(limit))
    }
}
