// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

@testable import Tokenizer

/// Against a plain implementation of the rule in Python, `Tests/Oracles/bpe.py`.
struct TokenizerOracleTests {
    private struct Case {
        let train: [UInt8]
        let vocabularySize: Int
        let encode: [[UInt8]]
    }

    private struct Answer: Decodable {
        let merges: [[Int32]]
        let encoded: [[Int]]
    }

    @Test func `a license of 35 KB gives the merges and tokens that the rule gives`() async throws {
        let license = try contents("/usr/share/common-licenses/GPL-3")
        let other = try contents(Oracle.root.appending(path: "LICENSE").path)
        #expect(license.count > 30_000)
        try await check([Case(train: license, vocabularySize: 1000, encode: [license, other])])
    }

    @Test func `random texts of few letters give what the rule gives`() async throws {
        var random = Lehmer()
        try await check(
            (0..<300).map { number in
                let letters = Array("abcd".utf8.prefix(1 + number % 4))
                let text = (0..<2 + number).map { _ in letters[random.next(letters.count)] }
                let other = (0..<2 * number).map { _ in letters[random.next(letters.count)] }
                return Case(
                    train: text, vocabularySize: 256 + number, encode: [text, other, []])
            })
    }

    private func check(_ cases: [Case]) async throws {
        let answers = try JSONDecoder().decode(
            [Answer].self, from: try await Oracle("bpe.py").answer(to: question(cases)))
        try #require(answers.count == cases.count)
        for (`case`, answer) in zip(cases, answers) {
            let vocabulary = try learn(`case`.train, `case`.vocabularySize)
            #expect(vocabulary.merges.map { [$0.first, $0.second] } == answer.merges)
            for (text, ids) in zip(`case`.encode, answer.encoded) {
                #expect(vocabulary.ids(of: text) == ids)
                #expect(try vocabulary.bytes(of: ids) == text)
            }
        }
    }

    private func learn(_ text: [UInt8], _ size: Int) throws -> Vocabulary {
        var trainer = Trainer(text)
        var vocabulary = Vocabulary()
        while vocabulary.size < size, let pair = trainer.next() { try vocabulary.add(pair) }
        return vocabulary
    }

    private func question(_ cases: [Case]) throws -> Data {
        let cases = cases.map { `case` -> [String: Any] in
            [
                "train": Data(`case`.train).base64EncodedString(),
                "vocabulary_size": `case`.vocabularySize,
                "encode": `case`.encode.map { Data($0).base64EncodedString() },
            ]
        }
        return try JSONSerialization.data(withJSONObject: ["cases": cases])
    }

    private func contents(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }
}

/// Numbers that look random and are the same each time.
private struct Lehmer {
    private var state: UInt64 = 42

    /// A number from 0 to `count` - 1.
    mutating func next(_ count: Int) -> Int {
        state = state * 48271 % 0x7fff_ffff
        return Int(state) % count
    }
}
