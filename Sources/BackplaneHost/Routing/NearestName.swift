// SPDX-License-Identifier: Apache-2.0

/// Finds the name that somebody most likely meant.
public enum NearestName {
    /// The one of `known` that is nearest to `name`, or nil when none is near.
    ///
    /// Near is: a third of its letters, at most, added, dropped, changed or swapped with a
    /// neighbour; or the beginning of the one is the other. Of two equally near the first in
    /// alphabetical order is taken, so that the answer never depends on a hash.
    public static func find(_ name: String, among known: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8)
        guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
        var best: (name: String, distance: Int)?
        for candidate in known.sorted() {
            let letters = Array(candidate.lowercased().utf8)
            let limit = max(1, max(wanted.count, letters.count) / 3)
            var distance = distance(wanted, letters)
            if wanted.count >= 3, letters.starts(with: wanted) { distance = min(distance, limit) }
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// The words that follow a message about an unknown name: `; did you mean 'x'?`, or nothing.
    public static func hint(for name: String, among known: some Sequence<String>) -> String {
        guard let nearest = find(name, among: known) else { return "" }
        return "; did you mean '\(nearest)'?"
    }

    /// Edits between two words, a swap of neighbours counting as one.
    private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var older = [Int](repeating: 0, count: b.count + 1)
        var old = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            row.reserveCapacity(b.count + 1)
            for j in b.indices {
                var cost = min(old[j + 1] + 1, row[j] + 1, old[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, older[j - 1] + 1)
                }
                row.append(cost)
            }
            (older, old) = (old, row)
        }
        return old[b.count]
    }
}
