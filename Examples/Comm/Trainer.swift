// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

/// The plugin of the page about conversations.
final class Trainer: Plugin {
    static let manifest = Manifest<Trainer>("trainer", version: "1.0.0") {
        Method("train", Trainer.train, "path", "rounds")
        Method("index", Trainer.index, "words")
    }

    struct Progress: Codable, Sendable {
        let round: Int
    }

    struct Report: Codable, Sendable {
        var rate = 0.0
        var rounds = 0
    }

    private let comm: Comm

    init(_ comm: Comm) { self.comm = comm }

    // snippet: in-the-plugin
    func train(_ path: String, _ rounds: Int) async throws -> Report {
        var report = Report()
        for round in 0..<rounds {
            try await comm.send(Progress(round: round))  // waits for room
            try comm.trySend("round \(round) of \(path)")  // never waits; false: not sent
            report.rate = try await comm.request("rate", timeout: .seconds(5))
            report.rounds += 1
        }
        return report
    }
    // end

    // snippet: closing
    func index(_ words: [String]) async throws -> [String: Int] {
        for word in words { try await comm.send(word) }
        comm.close()  // the caller hears it now, and nothing follows but the result
        return Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)
    }
    // end
}
