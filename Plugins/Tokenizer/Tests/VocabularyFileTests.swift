// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tokenizer

struct VocabularyFileTests {
    @Test func `what is written is read again`() throws {
        var vocabulary = Vocabulary()
        try vocabulary.add(TokenPair(first: 101, second: 32))
        try vocabulary.add(TokenPair(first: 256, second: 116))
        let text = VocabularyFile.text(of: vocabulary)
        #expect(text == "backplane-tokenizer 1\nmerges 2\n101 32\n256 116\n")
        #expect(try VocabularyFile.vocabulary(from: Array(text.utf8), name: "v") == vocabulary)
    }

    @Test func `a vocabulary without merges is written and read`() throws {
        let text = VocabularyFile.text(of: Vocabulary())
        #expect(try VocabularyFile.vocabulary(from: Array(text.utf8), name: "v") == Vocabulary())
    }

    @Test(arguments: [
        ("", "'v' is no whole vocabulary"),
        ("backplane-tokenizer 1\n", "'v' is no whole vocabulary"),
        ("backplane-tokenizer 2\nmerges 0\n", "'v' is no whole vocabulary"),
        ("{\"merges\": []}\n\n\n", "'v' is no whole vocabulary"),
        ("backplane-tokenizer 1\nmerges 1\n101 32", "'v' is no whole vocabulary"),
        ("backplane-tokenizer 1\nmerges 2\n101 32\n", "v:2: 'merges 1' is expected"),
        ("backplane-tokenizer 1\nmerges\n101 32\n", "v:2: 'merges 1' is expected"),
        ("backplane-tokenizer 1\nMerges 1\n101 32\n", "v:2: 'merges 1' is expected"),
        ("backplane-tokenizer 1\nmerges 1\n101\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n101 32 7\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n101  32\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n101 32\r\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n+101 32\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n-101 32\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n101 99999999999\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n\n", "v:3: two token numbers"),
        ("backplane-tokenizer 1\nmerges 1\n101 256\n", "v:3: merge 101 256 would make"),
        ("backplane-tokenizer 1\nmerges 2\n1 2\n1 2\n", "v:4: merge 1 2 is there twice"),
    ])
    func `a file that is broken is refused in words`(text: String, words: String) {
        let error = #expect(throws: TokenizerError.self) {
            try VocabularyFile.vocabulary(from: Array(text.utf8), name: "v")
        }
        #expect(error?.message.hasPrefix(words) == true, "\(String(describing: error))")
    }

    @Test func `a file that was cut off anywhere is refused`() throws {
        var vocabulary = Vocabulary()
        for second in Int32(0)..<20 {
            try vocabulary.add(TokenPair(first: 100, second: second))
        }
        let whole = Array(VocabularyFile.text(of: vocabulary).utf8)
        for count in whole.indices {
            #expect(throws: TokenizerError.self) {
                try VocabularyFile.vocabulary(from: Array(whole.prefix(count)), name: "v")
            }
        }
    }
}
