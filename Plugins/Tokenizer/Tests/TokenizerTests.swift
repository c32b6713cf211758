// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Foundation
import OracleSupport
import Testing

@testable import Tokenizer

struct TokenizerTests {
    private let folder = TemporaryFolder()

    @Test func `before training, tokens are bytes`() async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        #expect(try await harness.call("encode", "hé") == [104, 195, 169])
        #expect(try await harness.call("decode", [104, 195, 169]) == "hé")
    }

    @Test func `training gives the merges and streams how far it is`() async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        let path = Oracle.root.appending(path: "LICENSE").path
        let call = try harness.begin("train", path, 556, as: Training.self)
        var progress: [TrainingProgress] = []
        for await message in call.messages { progress.append(try message.decode()) }
        #expect(progress.map(\.merges) == [100, 200, 300])
        #expect(progress.allSatisfy { $0.of == 300 })
        let training = try await call.value
        #expect(training.vocabularySize == 556)
        #expect(training.merges.count == 300)
    }

    @Test func `a training's result is described in words of its callers`() async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        let path = try folder.file("text", Array("abab".utf8))
        let training: Value = try await harness.call(
            "train", named: ["vocabulary_size": 1000, "path": path])
        #expect(training == ["merges": [[97, 98]], "vocabulary_size": 257])
        #expect(try await harness.call("encode", "abba") == [256, 98, 97])
    }

    @Test(arguments: [
        "", "hello world", "naïve café", "e\u{301} is not é", "👩‍👩‍👧‍👦🏳️‍🌈 emoji 🎉🎉",
        "日本語のテキスト", "\r\n\t\u{0}", "İstanbul ß ﬁ", String(repeating: "the ", count: 1000),
    ])
    func `decoding what was encoded gives the text back, byte for byte`(text: String) async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        let path = Oracle.root.appending(path: "LICENSE").path
        try await harness.call("train", path, 400)
        let ids: [Int] = try await harness.call("encode", text)
        let back: String = try await harness.call("decode", ids)
        #expect(Array(back.utf8) == Array(text.utf8))
    }

    @Test func `a part of a character has no text, and the words say so`() async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("decode", [104, 240, 159], as: String.self)
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("not valid UTF-8") == true)
    }

    @Test func `an unknown token is named`() async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("decode", [256], as: String.self)
        }
        #expect(error?.message == "unknown token 256; this vocabulary has 0 to 255")
    }

    @Test func `a vocabulary is saved, loaded, and named in the configuration`() async throws {
        let first = try await PluginHarness(Tokenizer.self)
        try await first.call("train", try folder.file("text", Array("ababab".utf8)), 258)
        let path = folder.path("vocabulary")
        try await first.call("save", path)

        let second = try await PluginHarness(Tokenizer.self)
        try await second.call("load", path)
        let third = try await PluginHarness(Tokenizer.self, configuration: ["vocabulary": path])
        for harness in [first, second, third] {
            #expect(try await harness.call("encode", "ababx") == [257, 120])
        }
    }

    @Test func `what cannot be loaded changes nothing`() async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        try await harness.call("train", try folder.file("text", Array("abab".utf8)), 300)
        let broken = try folder.file("broken", Array("backplane-tokenizer 1\nmerges 3\n".utf8))
        await #expect(throws: BackplaneError.self) { try await harness.call("load", broken) }
        await #expect(throws: BackplaneError.self) {
            try await harness.call("load", folder.path("missing"))
        }
        await #expect(throws: BackplaneError.self) {
            try await harness.call("train", folder.path("missing"), 300)
        }
        #expect(try await harness.call("encode", "ab") == [256])
    }

    @Test func `an instance does not come up with a vocabulary that is not there`() async throws {
        let path = folder.path("missing")
        let error = await #expect(throws: BackplaneError.self) {
            try await PluginHarness(Tokenizer.self, configuration: ["vocabulary": path])
        }
        #expect(error?.message.contains("cannot open '\(path)'") == true)
    }

    @Test(arguments: [255, 0, -1, Int.max])
    func `a vocabulary size that cannot be is refused`(size: Int) async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        let path = try folder.file("text", [])
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("train", path, size)
        }
        #expect(error?.message.contains("vocabulary_size is \(size)") == true)
    }

    @Test func `a training that is cancelled ends, and leaves the vocabulary alone`() async throws {
        let harness = try await PluginHarness(Tokenizer.self)
        let path = Oracle.root.appending(path: "LICENSE").path
        let call = try harness.begin("train", path, 2000, as: Training.self, room: 1)
        var messages = call.messages.makeAsyncIterator()
        _ = await messages.next()
        call.cancel()
        await #expect(throws: BackplaneError.self) { try await call.value }
        #expect(try await harness.call("encode", "the ") == Array("the ".utf8).map(Int.init))
    }
}
