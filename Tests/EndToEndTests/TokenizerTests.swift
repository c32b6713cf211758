// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// The tokenizer, from the command line.
struct TokenizerTests {
    private struct Training: Decodable {
        let merges: [[Int]]
        let vocabulary_size: Int
    }

    private struct Answer: Decodable {
        let merges: [[Int]]
        let encoded: [[Int]]
    }

    private static let license = "/usr/share/common-licenses/GPL-3"

    @Test func `a license is learned as the rule says, and any text survives the way and back`()
        throws
    {
        let host = try HostProcess("  tokenizer: { plugin: Tokenizer, timeout: 10m }")
        let training = try host.call(
            "tokenizer.train", #"{"path":"\#(Self.license)","vocabulary_size":1000}"#,
            as: Training.self)
        #expect(training.vocabulary_size == 1000)

        let texts = [
            "", "plain", "GNU GENERAL PUBLIC LICENSE\n\tVersion 3\r\n", "naïve café — “quoted”",
            "👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 🫠", "e\u{301}\u{323} \u{1100}\u{1161}\u{11A8} \u{0928}\u{093F}", "日本語のテキスト",
            "\u{0}\u{1}\u{7f}\u{feff}\u{10ffff}",
        ]
        let answer = try oracle(texts)
        #expect(training.merges == answer.merges)
        for (text, ids) in zip(texts, answer.encoded) {
            let spelled = String(decoding: try JSONEncoder().encode([text]), as: UTF8.self)
            #expect(try host.call("tokenizer.encode", spelled, as: [Int].self) == ids)
            let back = try host.call("tokenizer.decode", "[\(ids)]", as: String.self)
            #expect(Array(back.utf8) == Array(text.utf8))
        }
    }

    private func oracle(_ texts: [String]) throws -> Answer {
        let license = try Data(contentsOf: URL(filePath: Self.license))
        let question: [String: Any] = [
            "train": license.base64EncodedString(), "vocabulary_size": 1000,
            "encode": texts.map { Data($0.utf8).base64EncodedString() },
        ]
        let input = try JSONSerialization.data(withJSONObject: ["cases": [question]])
        let answers = try JSONDecoder().decode(
            [Answer].self, from: Oracle("bpe.py").run(input: input))
        return try #require(answers.first)
    }
}
