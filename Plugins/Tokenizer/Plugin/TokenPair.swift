// SPDX-License-Identifier: Apache-2.0

/// Two tokens that stand side by side: what a merge makes one of.
struct TokenPair: Hashable, Comparable {
    let first: Int32
    let second: Int32

    /// Smaller by the first id, then by the second.
    static func < (left: TokenPair, right: TokenPair) -> Bool {
        (left.first, left.second) < (right.first, right.second)
    }

    /// One word instead of two: training and encoding do little else than look pairs up.
    func hash(into hasher: inout Hasher) {
        hasher.combine(UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second)))
    }
}
