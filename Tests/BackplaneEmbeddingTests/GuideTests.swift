// SPDX-License-Identifier: Apache-2.0

import EmbeddingGuide
import Foundation
import OracleSupport
import Testing

/// M10: the guide's sections run, and the page shows what runs.
@Suite(.timeLimit(.minutes(5)))
struct GuideTests {
    @Test func `quick start`() async throws {
        #expect(try await Guide.quickStart() == "gpt2")
    }

    @Test func `mixed mode`() async throws {
        #expect(try await Guide.mixedMode() == ["hello", "world", "4"])
    }

    @Test func `partial functions`() async throws {
        #expect(try await Guide.partialFunctions() == [110, 220])
        #expect(try await Guide.functionHandles() == "direct")
    }

    @Test func `configuration`() async throws {
        #expect(try await Guide.configuration() == ["compute"])
        #expect(try await Guide.options().contains("build/plugins"))
    }

    @Test func `registration`() async throws {
        #expect(try await Guide.registration() == ["compute", "tokenizer"])
    }

    @Test func `error handling`() async throws {
        #expect(try await Guide.errorHandling() == ["no model 'gpt5'; there is gpt2", "failed"])
    }

    @Test func `the example program runs`() throws {
        let end = try Program(
            [], of: "\(Program.products)/embedding-example", in: Program.products
        ).end()
        #expect(end.code == 0, "\(end.error)")
        #expect(end.output.contains("Partial functions: [110.0, 220.0]"))
    }

    @Test func `every block of code on the page is one that runs`() throws {
        let page = try String(
            contentsOf: Oracle.root.appending(path: "docs/embedding.md"), encoding: .utf8)
        let shown = page.components(separatedBy: "```swift\n").dropFirst().map { block in
            block.components(separatedBy: "```")[0]
        }
        let snippets = try Self.snippets()
        #expect(Set(shown) == snippets)
    }

    /// What stands between `// snippet: name` and `// end`, without the indentation of its place.
    private static func snippets() throws -> Set<String> {
        let folder = Oracle.root.appending(path: "Examples/Embedding/Guide")
        var found: Set<String> = []
        for file in try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        where file.pathExtension == "swift" {
            var lines: [String]?
            for line in try String(contentsOf: file, encoding: .utf8).split(
                separator: "\n", omittingEmptySubsequences: false)
            {
                let bare = line.trimmingCharacters(in: .whitespaces)
                if bare.hasPrefix("// snippet: ") {
                    lines = []
                } else if bare == "// end" {
                    found.insert((lines ?? []).map { $0 + "\n" }.joined())
                    lines = nil
                } else {
                    lines?.append(String(line.dropFirst(8)))
                }
            }
        }
        return found
    }
}
