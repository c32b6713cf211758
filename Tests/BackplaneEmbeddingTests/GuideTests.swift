// SPDX-License-Identifier: Apache-2.0

import EmbeddingGuide
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
        #expect(try await Guide.suspendingFunctions() == [4])
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
        let shown = try Snippets.shown(on: "docs/embedding.md")
        #expect(Set(shown) == (try Snippets.found(in: "Examples/Embedding/Guide")))
    }
}
