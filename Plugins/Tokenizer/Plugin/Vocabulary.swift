// SPDX-License-Identifier: Apache-2.0

/// What a tokenizer has learned: the bytes, and one more token for each merge.
///
/// Ids 0 to 255 are the bytes; the merge at index i makes the token 256 + i of two earlier ones.
struct Vocabulary: Equatable {
    private(set) var merges: [TokenPair] = []
    private var ranks: [TokenPair: Int] = [:]
    /// How many bytes each token stands for.
    private var lengths = [Int](repeating: 1, count: 256)

    /// The bytes that one token, or one decoded text, may have: small merges add up fast.
    static let longest = 1 << 30

    /// How many tokens there are.
    var size: Int { lengths.count }

    /// Adds the merge of `pair`.
    mutating func add(_ pair: TokenPair) throws(TokenizerError) {
        let known = 0..<Int32(size)
        guard known.contains(pair.first), known.contains(pair.second) else {
            throw TokenizerError(
                "merge \(pair.first) \(pair.second) would make token \(size) of a later one")
        }
        guard ranks[pair] == nil else {
            throw TokenizerError("merge \(pair.first) \(pair.second) is there twice")
        }
        let length = lengths[Int(pair.first)] + lengths[Int(pair.second)]
        guard length <= Self.longest else {
            throw TokenizerError(
                "merge \(pair.first) \(pair.second) makes a token of \(length) bytes; "
                    + "at most \(Self.longest) are allowed")
        }
        ranks[pair] = merges.count
        merges.append(pair)
        lengths.append(length)
    }

    /// The place of `pair` among the merges, in the order learned; nil when it is none.
    func rank(of pair: TokenPair) -> Int? { ranks[pair] }

    /// The bytes that `ids` stand for.
    func bytes(of ids: [Int]) throws(TokenizerError) -> [UInt8] {
        var length = 0
        for id in ids {
            guard lengths.indices.contains(id) else {
                throw TokenizerError("unknown token \(id); this vocabulary has 0 to \(size - 1)")
            }
            length += lengths[id]
            guard length <= Self.longest else {
                throw TokenizerError("the tokens stand for more than \(Self.longest) bytes")
            }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        var parts: [Int] = []
        for id in ids {
            parts.append(id)
            while let part = parts.popLast() {
                if part < 256 {
                    bytes.append(UInt8(part))
                } else {
                    let pair = merges[part - 256]
                    parts.append(Int(pair.second))
                    parts.append(Int(pair.first))
                }
            }
        }
        return bytes
    }
}
