// SPDX-License-Identifier: Apache-2.0

/// What a training came to.
public struct Training: Codable, Equatable, Sendable {
    /// The pairs that became one token, in the order learned: the first makes the token 256.
    public let merges: [[Int]]
    /// How many tokens there are now, the bytes among them.
    public let vocabularySize: Int

    init(_ vocabulary: Vocabulary) {
        merges = vocabulary.merges.map { [Int($0.first), Int($0.second)] }
        vocabularySize = vocabulary.size
    }

    private enum CodingKeys: String, CodingKey {
        case merges
        case vocabularySize = "vocabulary_size"
    }
}
