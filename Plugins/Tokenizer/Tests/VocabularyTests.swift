// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tokenizer

struct VocabularyTests {
    @Test func `without merges the tokens are the bytes`() throws {
        let vocabulary = Vocabulary()
        #expect(vocabulary.size == 256)
        #expect(vocabulary.ids(of: [0, 104, 255]) == [0, 104, 255])
        #expect(try vocabulary.bytes(of: [0, 104, 255]) == [0, 104, 255])
        #expect(vocabulary.ids(of: []).isEmpty)
        #expect(try vocabulary.bytes(of: []).isEmpty)
    }

    @Test func `merges are applied in the order learned`() throws {
        // bc was learned first, so abc becomes a and bc, never ab and c.
        let vocabulary = try vocabulary([(98, 99), (97, 98), (97, 256)])
        #expect(vocabulary.ids(of: Array("abc".utf8)) == [258])
        #expect(vocabulary.ids(of: Array("abab".utf8)) == [257, 257])
        #expect(vocabulary.ids(of: Array("aabcb".utf8)) == [97, 258, 98])
    }

    @Test func `merges are applied from left to right`() throws {
        let vocabulary = try vocabulary([(97, 97), (256, 97)])
        #expect(vocabulary.ids(of: Array("aaa".utf8)) == [257])
        #expect(vocabulary.ids(of: Array("aaaa".utf8)) == [256, 256])
        #expect(vocabulary.ids(of: Array("aaaaa".utf8)) == [256, 257])
    }

    @Test func `a merge that names a later token is refused`() throws {
        var vocabulary = Vocabulary()
        #expect(throws: TokenizerError("merge 97 256 would make token 256 of a later one")) {
            try vocabulary.add(TokenPair(first: 97, second: 256))
        }
        #expect(throws: TokenizerError.self) {
            try vocabulary.add(TokenPair(first: -1, second: 97))
        }
    }

    @Test func `a merge that is there already is refused`() throws {
        var vocabulary = try vocabulary([(97, 98)])
        #expect(throws: TokenizerError("merge 97 98 is there twice")) {
            try vocabulary.add(TokenPair(first: 97, second: 98))
        }
    }

    @Test func `few merges cannot ask for more memory than there is`() throws {
        var vocabulary = try vocabulary([(97, 97)])
        for token in Int32(256)..<256 + 29 {
            try vocabulary.add(TokenPair(first: token, second: token))
        }
        #expect(throws: TokenizerError.self) {
            try vocabulary.add(TokenPair(first: 285, second: 285))
        }
        #expect(throws: TokenizerError("the tokens stand for more than 1073741824 bytes")) {
            try vocabulary.bytes(of: [285, 285])
        }
    }

    @Test(arguments: [256, -1, Int.max, Int.min])
    func `an unknown token is named`(id: Int) {
        let error = TokenizerError("unknown token \(id); this vocabulary has 0 to 255")
        #expect(throws: error) { try Vocabulary().bytes(of: [97, id]) }
    }

    private func vocabulary(_ merges: [(Int32, Int32)]) throws -> Vocabulary {
        var vocabulary = Vocabulary()
        for (first, second) in merges {
            try vocabulary.add(TokenPair(first: first, second: second))
        }
        return vocabulary
    }
}
