// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tokenizer

struct TrainerTests {
    @Test func `the most frequent pair is merged first, and merges build on each other`() {
        // ab three times; then (ab)c and c(ab) twice each, and the smaller pair is the second.
        #expect(merges("abcabcab") == [[97, 98], [99, 256]])
    }

    @Test func `among equals the smallest pair goes first`() {
        #expect(merges("zyzyxwxw", limit: 2) == [[120, 119], [122, 121]])
        // Same first token: the second decides.
        #expect(merges("acabacab", limit: 1) == [[97, 98]])
    }

    @Test func `all adjacent pairs count, also those that overlap`() {
        // Three of aa in aaaa, two of xy.
        #expect(merges("aaaaxyxy", limit: 1) == [[97, 97]])
        // aaa holds aa twice, so it is merged, and then nothing occurs twice.
        #expect(merges("aaa") == [[97, 97]])
    }

    @Test func `pairs are replaced from left to right`() {
        // aaaaa becomes (aa)(aa)a: what is left over is at the end.
        #expect(merges("aaaaabaaaaa") == [[97, 97], [256, 97], [256, 257]])
    }

    @Test(arguments: ["", "a", "ab", "abc"])
    func `it stops when no pair occurs twice`(text: String) {
        #expect(merges(text).isEmpty)
    }

    @Test func `a text of one letter halves each time`() {
        let merges = merges(String(repeating: "a", count: 1 << 12))
        #expect(merges.count == 11)
        #expect(merges.dropFirst() == ArraySlice((256..<266).map { [$0, $0] }))
    }

    private func merges(_ text: String, limit: Int = .max) -> [[Int32]] {
        var trainer = Trainer(Array(text.utf8))
        var merges: [[Int32]] = []
        while merges.count < limit, let pair = trainer.next() {
            merges.append([pair.first, pair.second])
        }
        return merges
    }
}
