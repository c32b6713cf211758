// SPDX-License-Identifier: Apache-2.0

/// The tokens of a text in their order, where two neighbours can become one in constant time.
///
/// A doubly linked list in arrays. A token sits at the position of its first byte and never moves,
/// so that a position can be written down and looked at again later.
struct TokenList {
    private var tokens: [Int32]
    private var nexts: [Int32]
    private var previouses: [Int32]

    /// Stands for "no token here" and "no neighbour".
    private static let none: Int32 = -1

    /// The longest text, in bytes: positions are 32 bits wide, which halves the memory.
    static let capacity = Int(Int32.max) - 1

    /// Each byte is the token of the same number.
    ///
    /// - Parameter bytes: At most `capacity`.
    init(_ bytes: [UInt8]) {
        let count = Int32(bytes.count)
        tokens = bytes.map(Int32.init)
        nexts = (0..<count).map { $0 + 1 < count ? $0 + 1 : Self.none }
        previouses = (0..<count).map { $0 - 1 }
    }

    /// The positions that a text of this length has.
    var positions: Range<Int32> { 0..<Int32(tokens.count) }

    /// The token at `position` and its right neighbour; nil when either is missing.
    func pair(at position: Int32) -> TokenPair? {
        let next = nexts[Int(position)]
        guard next != Self.none else { return nil }
        return TokenPair(first: tokens[Int(position)], second: tokens[Int(next)])
    }

    func position(before position: Int32) -> Int32? {
        let previous = previouses[Int(position)]
        return previous == Self.none ? nil : previous
    }

    func position(after position: Int32) -> Int32? {
        let next = nexts[Int(position)]
        return next == Self.none ? nil : next
    }

    /// Puts `token` in the place of the one at `position` and its right neighbour.
    mutating func merge(at position: Int32, into token: Int32) {
        let swallowed = nexts[Int(position)]
        guard swallowed != Self.none else { return }
        let next = nexts[Int(swallowed)]
        tokens[Int(position)] = token
        nexts[Int(position)] = next
        if next != Self.none { previouses[Int(next)] = position }
        tokens[Int(swallowed)] = Self.none
        nexts[Int(swallowed)] = Self.none
        previouses[Int(swallowed)] = Self.none
    }

    /// The tokens that are left, in order.
    var ids: [Int] {
        tokens.lazy.filter { $0 != Self.none }.map(Int.init)
    }
}
