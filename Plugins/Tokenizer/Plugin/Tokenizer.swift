// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Synchronization

/// A byte-level BPE tokenizer: a plugin for the async slot, where methods may block.
///
/// Methods are plain functions on plain values. What they share is the vocabulary, in a mutex that
/// is only held to copy or to replace it: while one call trains for a minute, others encode.
///
/// Relative paths count from the process's working directory, which is the folder of the host's
/// configuration.
public final class Tokenizer: Plugin {
    /// The plugin's name and methods.
    public static let manifest = Manifest<Tokenizer>(
        "tokenizer", version: "1.0.0", summary: "Byte-level BPE."
    ) {
        Method(
            "train", Tokenizer.train, "path", "vocabulary_size",
            summary: "Learns merges from a file, and streams progress.")
        Method(
            "encode", Tokenizer.encode, "text", idempotent: true, summary: "The tokens of a text.")
        Method(
            "decode", Tokenizer.decode, "ids", idempotent: true, summary: "The text of tokens.")
        Method(
            "save", Tokenizer.save, "path", idempotent: true,
            summary: "Writes the vocabulary to a file.")
        Method(
            "load", Tokenizer.load, "path", idempotent: true,
            summary: "Takes the vocabulary from a file.")
    }

    /// The `config` key of the service.
    private struct Settings: Decodable {
        /// A file to take the vocabulary from at first; without it, the vocabulary is the bytes.
        let vocabulary: String?
    }

    private let comm: Comm
    private let vocabulary: Mutex<Vocabulary>

    /// Makes a tokenizer that knows what its configuration names, or the bytes alone.
    public init(_ comm: Comm) throws {
        self.comm = comm
        let path = try comm.configuration(as: Settings.self).vocabulary
        vocabulary = Mutex(try path.map(Self.readVocabulary) ?? Vocabulary())
    }

    /// Learns a vocabulary from the bytes of the file at `path`; it replaces the one before.
    ///
    /// It has `vocabularySize` tokens, or fewer when no pair occurs twice any more.
    func train(_ path: String, _ vocabularySize: Int) throws -> Training {
        guard (256...Int(Int32.max)).contains(vocabularySize) else {
            throw TokenizerError(
                "vocabulary_size is \(vocabularySize); it is at least 256, a token for each byte")
        }
        var trainer = Trainer(try LocalFile(path: path).read(atMost: TokenList.capacity))
        var learned = Vocabulary()
        while learned.size < vocabularySize, let pair = trainer.next() {
            try comm.checkCancellation()
            try learned.add(pair)
            if learned.merges.count.isMultiple(of: 100) {
                try comm.send(
                    TrainingProgress(merges: learned.merges.count, of: vocabularySize - 256))
            }
        }
        vocabulary.withLock { $0 = learned }
        return Training(learned)
    }

    /// The tokens of `text`.
    func encode(_ text: String) -> [Int] {
        current.ids(of: Array(text.utf8))
    }

    /// The text that `ids` stand for.
    ///
    /// - Throws: When an id is unknown, or the bytes together are not UTF-8.
    func decode(_ ids: [Int]) throws -> String {
        let bytes = try current.bytes(of: ids)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TokenizerError(
                "the bytes of these tokens are not valid UTF-8: "
                    + "a token of some character may be missing")
        }
        return text
    }

    /// Writes the vocabulary to the file at `path`; `VocabularyFile` says how.
    func save(_ path: String) throws {
        try LocalFile(path: path).write(VocabularyFile.text(of: current))
    }

    /// Takes the vocabulary from the file at `path`, which `save` wrote.
    func load(_ path: String) throws {
        let loaded = try Self.readVocabulary(path)
        vocabulary.withLock { $0 = loaded }
    }

    private var current: Vocabulary { vocabulary.withLock { $0 } }

    private static func readVocabulary(_ path: String) throws -> Vocabulary {
        let bytes = try LocalFile(path: path).read(atMost: 1 << 30)
        return try VocabularyFile.vocabulary(from: bytes, name: path)
    }
}
