// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import LargePayloads
import OracleSupport
import Testing

/// The page about large payloads: its sections run, and it shows what runs.
@Suite(.timeLimit(.minutes(5)))
struct PayloadPageTests {
    @Test func `its sections run`() async throws {
        let manager = try await LargePayloads.services()
        #expect(try await LargePayloads.passing(manager) == 7)
        let gray = try await LargePayloads.taking(manager)
        #expect(gray == Bytes([UInt8](repeating: 128, count: 1 << 20)))
        let (sum, mean) = try await LargePayloads.others(manager)
        #expect((sum, mean) == (9, 0.5))
        await manager.shutdown()
    }

    @Test func `every block of code on the page is one that runs`() throws {
        let shown = try Snippets.shown(on: "docs/payloads.md")
        #expect(Set(shown) == (try Snippets.found(in: "Examples/Payloads")))
    }
}
