// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// What `new plugin` makes is used as it is.
struct NewPluginTests {
    private let folder = TemporaryFolder()

    @Test func `a plugin in C builds, passes its test and mounts`() throws {
        let made = try BuiltProgram.run(
            "new", "plugin", "my-greeter", "--language", "c", "--backplane", BuiltProgram.root,
            in: folder.path)
        try #require(made.code == 0, "\(made.error)")
        let package = folder.path("my-greeter")
        let test = try BuiltProgram.tool("make", "test", "CFLAGS=-O1 -Werror", in: package)
        #expect(test.code == 0, "\(test.output)\(test.error)")
        #expect(try BuiltProgram.run("check", in: package).code == 0)
        let screen = try BuiltProgram.run("inspect", "build/libMyGreeter.so", in: package).output
        #expect(screen.contains("greet(name: String) → String"))
    }

    @Test func `a plugin in Swift is a package that knows where Backplane is`() throws {
        let made = try BuiltProgram.run(
            "new", "plugin", "greeter", "--backplane", BuiltProgram.root, in: folder.path)
        try #require(made.code == 0, "\(made.error)")
        let package = folder.path("greeter")
        #expect(try BuiltProgram.run("check", in: package).code == 0)
        let manifest = try String(contentsOfFile: "\(package)/Package.swift", encoding: .utf8)
        #expect(manifest.contains("path: \"\(BuiltProgram.root)\""))
        let described = try BuiltProgram.tool(
            "swift", "package", "dump-package", "--disable-sandbox", in: package)
        #expect(described.code == 0, "\(described.error)")
        let lint = try BuiltProgram.tool(
            "swift", "format", "lint", "--strict", "--recursive", "--configuration",
            "\(BuiltProgram.root)/.swift-format", "Package.swift", "Sources", "Tests", in: package)
        #expect(lint.code == 0, "\(lint.error)")
    }

    @Test func `a folder that is there is left alone`() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("greeter"), withIntermediateDirectories: true)
        let end = try BuiltProgram.run(
            "new", "plugin", "greeter", "--backplane", BuiltProgram.root, in: folder.path)
        #expect(end.code == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("greeter")).isEmpty)
    }

    @Test func `Backplane has to be where it is said to be`() throws {
        let end = try BuiltProgram.run(
            "new", "plugin", "greeter", "--backplane", folder.path, in: folder.path)
        #expect(end.code == 64)
        #expect(!FileManager.default.fileExists(atPath: folder.path("greeter")))
    }
}
