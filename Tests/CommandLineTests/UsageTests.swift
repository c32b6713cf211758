// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// What the program says without a host.
struct UsageTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [
        ["pss"], ["call"], ["ps", "--nonsense"], ["start"], ["call", "a.b", "not json"],
        ["call", "a.b", "--timeout", "5"], ["ps", "-o", "narrow"], ["logs", "--level", "warn"],
        ["bench", "a.b", "--concurrency", "0"], ["new", "plugin", "9"],
    ])
    func `wrong usage is 64 and said on standard error`(arguments: [String]) throws {
        let end = try run(arguments)
        #expect(end.code == 64)
        #expect(!end.error.isEmpty)
        #expect(end.output.isEmpty)
    }

    @Test(arguments: [
        ["ps"], ["status"], ["call", "a.b"], ["notify", "a.b", "1"], ["logs"], ["inspect", "a"],
        ["reload"], ["reload", "a", "--dry-run"], ["events", "-f"],
        ["start", "a"], ["stop", "a"], ["restart", "a"], ["bench", "a.b"],
        ["ps", "--socket", "/nonexistent/host.sock"],
    ])
    func `without a host it is 69`(arguments: [String]) throws {
        let end = try run(arguments)
        #expect(end.code == 69)
        #expect(end.error.hasPrefix("error: no host reachable: "))
        #expect(end.output.isEmpty)
    }

    @Test(arguments: [["--help"], ["--version"], ["call", "--help"], ["help", "run"]])
    func `help goes to standard output`(arguments: [String]) throws {
        let end = try run(arguments)
        #expect(end.code == 0)
        #expect(!end.output.isEmpty)
    }

    @Test func `check tells every error and how many there are`() throws {
        _ = try folder.file(
            "services.yaml",
            Array("version: 1\nservices:\n  a: { plugin: A, slot: proces }\n  b: {}\n".utf8))
        let end = try run(["check"])
        #expect(end.code == 1)
        #expect(end.error.hasPrefix("services.yaml:3:"))
        #expect(end.error.hasSuffix("2 errors\n"))
        #expect(try run(["run"]).code == 1)
    }

    @Test func `check is content with a good file, wherever it lies`() throws {
        _ = try folder.file(
            "other.yaml", Array("version: 1\nservices:\n  a: { plugin: A }\n".utf8))
        let end = try run(["check", "-c", "other.yaml"])
        #expect(end.code == 0)
        #expect(end.output == "other.yaml: 1 service, no errors\n")
        #expect(try run(["check"]).code == 1)
    }

    private func run(_ arguments: [String]) throws -> BuiltProgram.End {
        let process = BuiltProgram.process(arguments, in: folder.path)
        return try BuiltProgram.end(of: process)
    }
}
