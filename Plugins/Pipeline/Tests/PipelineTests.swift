// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import OracleSupport
import Testing

@testable import Pipeline

struct PipelineTests {
    private let folder = TemporaryFolder()

    @Test func `counts are stored, and the most frequent tokens decoded`() async throws {
        let store = Store()
        let harness = try await harness(store)
        let path = try folder.file("text", Array("abracadabra".utf8))
        let result: [FrequentToken] = try await harness.call("index", path)
        #expect(
            result == [
                FrequentToken(id: 97, token: "a", count: 5),
                FrequentToken(id: 98, token: "b", count: 2),
                FrequentToken(id: 114, token: "r", count: 2),
                FrequentToken(id: 99, token: "c", count: 1),
                FrequentToken(id: 100, token: "d", count: 1),
            ])
        #expect(
            store.values == [
                "token/97": 5, "token/98": 2, "token/99": 1, "token/100": 1, "token/114": 2,
            ])
    }

    @Test func `a second run leaves nothing of the first, and keeps the rest`() async throws {
        let store = Store()
        store.values = ["other": 1]
        let harness = try await harness(store)
        let first = try folder.file("first", Array("abc".utf8))
        let second = try folder.file("second", Array("bbd".utf8))
        try await harness.call("index", first)
        try await harness.call("index", second)
        #expect(store.values == ["other": 1, "token/98": 2, "token/100": 1])
        try await harness.call("index", second)
        #expect(store.values == ["other": 1, "token/98": 2, "token/100": 1])
    }

    @Test func `there are ten at most, and ties go to the smaller id`() async throws {
        let harness = try await harness(Store())
        let path = try folder.file("text", Array("zyxwvutsrqponm".utf8))
        let result: [FrequentToken] = try await harness.call("index", path)
        #expect(result.map(\.id) == Array(109...118))
    }

    @Test func `a token that is a part of a character has no text`() async throws {
        let harness = try await harness(Store())
        let path = try folder.file("text", Array("é".utf8))
        let result: [FrequentToken] = try await harness.call("index", path)
        #expect(result.map(\.id) == [169, 195])
        #expect(result.allSatisfy { $0.token == nil })
    }

    @Test func `an empty text has no tokens`() async throws {
        let harness = try await harness(Store())
        #expect(try await harness.call("index", folder.file("text", [])) == [FrequentToken]())
    }

    @Test func `other services can be named in the configuration`() async throws {
        let harness = try await PluginHarness(
            Pipeline.self, configuration: ["tokenizer": "words", "memory": "shelf"])
        harness.respond(to: "words.encode") { (text: String) in [text.utf8.count] }
        harness.respond(to: "words.decode") { (ids: [Int]) in "\(ids)" }
        harness.respond(to: "shelf.keys") { (prefix: String) in [String]() }
        harness.respond(to: "shelf.set") { (key: String, count: Int) in }
        let path = try folder.file("text", Array("four".utf8))
        let result: [FrequentToken] = try await harness.call("index", path)
        #expect(result == [FrequentToken(id: 4, token: "[4]", count: 1)])
    }

    @Test func `a service that is not there fails the run with its words`() async throws {
        let harness = try await PluginHarness(Pipeline.self)
        let path = try folder.file("text", Array("text".utf8))
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("index", path)
        }
        #expect(error?.code == .failed)
    }

    @Test func `a file that cannot be indexed is named`() async throws {
        let harness = try await harness(Store())
        let binary = try folder.file("binary", [0xff, 0xfe])
        let cases = [
            (folder.path("missing"), "No such file"), (folder.path, "not a regular file"),
            (binary, "not a text in UTF-8"),
        ]
        for (path, words) in cases {
            let error = await #expect(throws: BackplaneError.self) {
                try await harness.call("index", path)
            }
            #expect(error?.message.contains(words) == true)
            #expect(error?.message.contains("'\(path)'") == true)
        }
    }

    /// A pipeline beside a tokenizer of bytes and a memory.
    private func harness(_ store: Store) async throws -> PluginHarness<Pipeline> {
        let harness = try await PluginHarness(Pipeline.self)
        harness.respond(to: "tokenizer.encode") { (text: String) in text.utf8.map(Int.init) }
        harness.respond(to: "tokenizer.decode") { (ids: [Int]) throws -> String in
            guard ids.allSatisfy({ $0 < 128 }) else {
                throw BackplaneError(.failed, "not valid UTF-8")
            }
            return String(decoding: ids.map { UInt8($0) }, as: UTF8.self)
        }
        harness.respond(to: "memory.keys") { (prefix: String) in
            store.values.keys.filter { $0.hasPrefix(prefix) }.sorted()
        }
        harness.respond(to: "memory.delete") { (key: String) in
            store.remove(key)
        }
        harness.respond(to: "memory.set") { (key: String, count: Int) -> Void in
            store.set(key, count)
        }
        return harness
    }
}
