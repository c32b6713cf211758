// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

@testable import Tokenizer

struct LocalFileTests {
    private let folder = TemporaryFolder()

    @Test func `a file is read whole`() throws {
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        let path = try folder.file("data", bytes)
        #expect(try LocalFile(path: path).read(atMost: 100_000) == bytes)
    }

    @Test func `a file that is too long is not read`() throws {
        let path = try folder.file("data", [1, 2, 3])
        #expect(throws: TokenizerError("'\(path)' has 3 bytes; at most 2 can be read")) {
            try LocalFile(path: path).read(atMost: 2)
        }
    }

    @Test func `what is no file is named, and a pipe does not block`() throws {
        let missing = folder.path("missing")
        #expect(throws: TokenizerError("cannot open '\(missing)': No such file or directory")) {
            try LocalFile(path: missing).read(atMost: 1)
        }
        #expect(throws: TokenizerError("'\(folder.path)' is not a regular file")) {
            try LocalFile(path: folder.path).read(atMost: 1)
        }
        let pipe = folder.path("pipe")
        let made = unsafe mkfifo(pipe, 0o600)
        try #require(made == 0)
        #expect(throws: TokenizerError("'\(pipe)' is not a regular file")) {
            try LocalFile(path: pipe).read(atMost: 1)
        }
    }

    @Test func `writing replaces the file, and leaves nothing beside it`() throws {
        let path = try folder.file("data", [1, 2, 3])
        try LocalFile(path: path).write("new")
        #expect(try LocalFile(path: path).read(atMost: 100) == Array("new".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["data"])
    }

    @Test func `a file that cannot be written is named`() {
        let path = folder.path("missing/data")
        let error = #expect(throws: TokenizerError.self) { try LocalFile(path: path).write("x") }
        #expect(error?.message.contains("No such file or directory") == true)
    }

    @Test func `a folder is not replaced by a file`() throws {
        let path = folder.path("folder")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(throws: TokenizerError.self) { try LocalFile(path: path).write("x") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
    }
}
