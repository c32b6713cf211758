// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// The commands of the page about conversations.
struct ConversationPageTests {
    @Test func `every command on the page says what the page says`() throws {
        let host = try HostProcess(
            """
              echo: { plugin: Echo, slot: in-process }
              compute: { plugin: Compute, slot: forked }
            """)
        let lines = try Snippets.shown(on: "docs/comm.md", language: "sh")
            .flatMap { $0.split(separator: "\n") }
        #expect(lines.count == 2)
        for line in lines {
            let parts = line.split(separator: "#", maxSplits: 1)
            let words = parts[0].split(separator: " ").map { String($0.filter { $0 != "'" }) }
            #expect(words.first == "backplane")
            let end = try Program(Array(words.dropFirst()), in: host.folder.path).end()
            #expect(end.code == 0, "\(end.error)")
            // The page leaves out what is between the first line and the last.
            let output = end.output.split(separator: "\n").map { String($0) }
            let shown = parts[1].split(separator: "…")
                .map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(output.first == shown.first)
            #expect(output.last == shown.last)
        }
    }
}
