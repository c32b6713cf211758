// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import BackplaneHost
import Conversations
import OracleSupport
import Testing

/// The page about conversations: its sections run, and it shows what runs.
@Suite(.timeLimit(.minutes(5)))
struct ConversationTests {
    private func withServices(_ body: (Host) async throws -> Void) async throws {
        let manager = try await Conversations.services()
        do {
            try await body(manager.host)
        } catch {
            await manager.shutdown()
            throw error
        }
        await manager.shutdown()
    }

    @Test func `a plugin sends, asks and closes`() async throws {
        try await withServices { host in
            let (rounds, rate) = try await Conversations.inThePlugin(host)
            #expect(rounds == 2)
            #expect(rate == 0.5)
            #expect(
                try await Conversations.closing(host) == [
                    "opened", "a", "b", "a", "closed by its method",
                ])
        }
    }

    @Test func `a program takes messages and answers requests`() async throws {
        try await withServices { host in
            let (said, count) = try await Conversations.messages(host)
            #expect(said.count == 3)
            // Any of its workers may have it.
            for (line, data) in zip(said, 1...) {
                #expect(line.hasPrefix("echo/1#") && line.hasSuffix(" \(data)"))
            }
            #expect(count == 3)
            #expect(try await Conversations.requests(host) == [2, 4, 6])
        }
    }

    @Test func `a scheduler runs methods and closures`() async throws {
        try await withServices { host in
            let (exit, messages) = try await Conversations.scheduler(host)
            #expect(exit == "exhausted")
            #expect(messages == 5)
            #expect(try await Conversations.closures(host) == 3)
        }
    }

    /// Both modules have a `Message`: the host's has this other name.
    @Test func `a file that imports host and plugin names both kinds of messages`() async throws {
        try await withServices { host in
            let call = host.open("echo", "echoer", [7])
            var last: CallMessage<Int>?
            for try await message in call.messages(of: Int.self) { last = message }
            #expect(last?.data == 7)
            let other: Backplane.Message? = nil
            #expect(other?.identifier == nil)
        }
    }

    @Test func `every block of code on the page is one that runs`() throws {
        let shown = try Snippets.shown(on: "docs/comm.md")
        #expect(Set(shown) == (try Snippets.found(in: "Examples/Comm")))
    }
}
