// SPDX-License-Identifier: Apache-2.0

public import Backplane

/// Counts the tokens of a text with the help of two other services.
///
/// `tokenizer` and `memory` in `config` say which services those are; by default they have these
/// names. Relative paths count from the process's working directory, which is the folder of the
/// host's configuration.
public final class Pipeline: Plugin {
    /// The plugin's name and methods.
    public static let manifest = Manifest<Pipeline>(
        "pipeline", version: "1.0.0", summary: "Services that work together."
    ) {
        Method(
            "index", Pipeline.index, "path", idempotent: true,
            summary: "Stores how often each token occurs; the ten most frequent ones.")
    }

    /// The `config` key of the service.
    private struct Settings: Decodable {
        let tokenizer: String?
        let memory: String?
    }

    private let comm: Comm
    private let tokenizer: String
    private let memory: String
    private let encode: AsyncFunction<String, [Int]>

    /// Makes an instance; the services it needs are looked for when they are called.
    public init(_ comm: Comm) throws {
        let settings = try comm.configuration(as: Settings.self)
        self.comm = comm
        tokenizer = settings.tokenizer ?? "tokenizer"
        memory = settings.memory ?? "memory"
        encode = comm.asyncFunction(
            "\(tokenizer).encode", taking: String.self, returning: [Int].self)
    }

    /// Stores the count of each token of a text under `token/<id>`, and returns the ten that occur
    /// most often, ties by the smaller id.
    ///
    /// Counts of a text that was indexed before are gone. Two calls at once mix theirs.
    func index(_ path: String) async throws -> [FrequentToken] {
        let text = try TextFile(path: path).read()
        let counts = TokenCounts(try await encode(text))
        try await store(counts)
        var result: [FrequentToken] = []
        for (id, count) in counts.mostFrequent(10) {
            result.append(FrequentToken(id: id, token: try await decode(id), count: count))
        }
        return result
    }

    private func store(_ counts: TokenCounts) async throws {
        let old: [String] = try await comm.call(memory, "keys", "token/")
        let new = counts.all.map { (key: "token/\($0.id)", count: $0.count) }
        for key in Set(old).subtracting(new.map(\.key)) {
            try await comm.call(memory, "delete", key)
        }
        for (key, count) in new {
            try await comm.call(memory, "set", key, count)
        }
    }

    /// The text of one token, or nil when it is a part of a character only.
    private func decode(_ id: Int) async throws -> String? {
        do {
            return try await comm.call(tokenizer, "decode", [id])
        } catch let error where error.code == .failed {
            return nil
        }
    }
}
