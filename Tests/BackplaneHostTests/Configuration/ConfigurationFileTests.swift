// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import BackplaneHost

/// Configuration files that are on disk.
struct ConfigurationFileTests {
    private static let minimal = "version: 1\nservices: { a: { plugin: A } }\n"

    /// A folder of its own for each test, removed with it.
    private final class Folder {
        let path: String

        init() throws {
            let name = "backplane-configuration-\(UUID().uuidString)"
            path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }  // a leftover harms nobody

        func write(_ text: String, to name: String) throws -> String {
            try write(Data(text.utf8), to: name)
        }

        func write(_ data: Data, to name: String) throws -> String {
            try data.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            return "\(path)/\(name)"
        }

        func fifo(_ name: String) throws -> String {
            let result = unsafe mkfifo("\(path)/\(name)", 0o600)
            try #require(result == 0)
            return "\(path)/\(name)"
        }

        func link(_ name: String, to target: String) throws -> String {
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/\(name)", withDestinationPath: target)
            return "\(path)/\(name)"
        }
    }

    private func load(
        _ path: String, _ environment: [String: String] = [:]
    ) throws(ConfigurationErrors) -> HostConfiguration {
        try ConfigurationFile.load(path: path, environment: environment)
    }

    private func complaint(_ path: String) -> String? {
        do throws(ConfigurationErrors) {
            _ = try load(path)
            return nil
        } catch {
            return error.description.replacing(path, with: "FILE")
        }
    }

    @Test func `a file is read from where it lies`() throws {
        let folder = try Folder()
        let path = try folder.write(Self.minimal, to: "other.yaml")
        let host = try load(path)
        #expect(host.file == path)
        #expect(host.folder == folder.path)
        #expect(host.stateFolder == "\(folder.path)/.backplane")
    }

    @Test func `a relative path starts from the working directory`() {
        let folder = FileManager.default.currentDirectoryPath
        #expect(AbsolutePath.workingDirectory == folder)
        let errors = #expect(throws: ConfigurationErrors.self) { try load("no/such.yaml") }
        #expect(
            errors?.description == """
                no/such.yaml: error: the configuration file does not exist
                     help: name another one with -c FILE
                1 error
                """)
    }

    @Test func `a file that is none is told in words, and nothing waits`() throws {
        let folder = try Folder()
        #expect(
            complaint(folder.path) == "FILE: error: the configuration file is a directory\n1 error")
        let fifo = try folder.fifo("fifo")
        #expect(
            complaint(fifo)
                == "FILE: error: the configuration file is a fifo, not a regular file\n1 error")
        #expect(
            complaint("/dev/null")
                == "FILE: error: the configuration file is a device, not a regular file\n1 error")
        let loop = try folder.link("loop", to: "loop")
        #expect(
            complaint(loop)
                == "FILE: error: the configuration file is a loop of symbolic links\n1 error")
        let long = "/" + String(repeating: "x", count: 300)
        #expect(
            complaint(long) == "FILE: error: the configuration file has too long a name\n1 error")
        let below = try folder.write("", to: "file") + "/services.yaml"
        #expect(
            complaint(below)
                == "FILE: error: the configuration file lies in something that is no folder\n1 error"
        )
    }

    @Test func `a file that is too large is refused`() throws {
        let folder = try Folder()
        let path = try folder.write(Data(count: (1 << 20) + 1), to: "services.yaml")
        #expect(
            complaint(path)
                == "FILE: error: the configuration file is larger than 1024 KiB\n1 error")
    }

    @Test func `a link to a file is read in the folder of the link`() throws {
        let folder = try Folder()
        let other = try Folder()
        let path = try other.write(Self.minimal, to: "real.yaml")
        let link = try folder.link("services.yaml", to: path)
        #expect(try load(link).folder == folder.path)
    }

    @Test func `variables come from the process, then from the file beside`() throws {
        let folder = try Folder()
        let path = try folder.write(
            "version: 1\nservices:\n  a:\n    plugin: ${A}\n    config:\n      - ${B}\n      - ${C:-d}\n",
            to: "services.yaml")
        _ = try folder.write("A=FromFile\nB=file\n", to: ".env")
        let service = try #require(try load(path, ["A": "FromProcess"]).services.first)
        #expect(service.plugin == .name("FromProcess"))
        #expect(service.configuration == ["file", "d"])
    }

    @Test func `without an environment given it is that of the process`() throws {
        let folder = try Folder()
        let path = try folder.write(
            Self.minimal.replacing("plugin: A", with: "plugin: \"${PATH}\""), to: "services.yaml")
        let search = try #require(ProcessInfo.processInfo.environment["PATH"])
        let host = try ConfigurationFile.load(path: path)
        #expect(host.services.first?.plugin == .path(AbsolutePath.joining(search, to: folder.path)))
    }

    @Test func `what is wrong with the file beside is told with the rest`() throws {
        let folder = try Folder()
        let path = try folder.write("version: 2\nservices: {}\n", to: "services.yaml")
        _ = try folder.write("A=1\nPASSWORD hunter2\n", to: ".env")
        #expect(
            complaint(path) == """
                \(folder.path)/.env:2: error: expected NAME=value
                FILE:1:10: error: unknown version 2
                   1 | version: 2
                     |          ^ expected 1
                2 errors
                """)
    }

    @Test func `a file beside that cannot be read is an error`() throws {
        let folder = try Folder()
        let path = try folder.write(Self.minimal, to: "services.yaml")
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/.env", withIntermediateDirectories: false)
        #expect(complaint(path) == "\(folder.path)/.env: error: the file is a directory\n1 error")
        try FileManager.default.removeItem(atPath: "\(folder.path)/.env")
        _ = try folder.write(Data([0xFF]), to: ".env")
        #expect(complaint(path) == "\(folder.path)/.env: error: the file is not UTF-8\n1 error")
    }

    @Test(arguments: [
        ("hunter2\n", "hunter2"), ("hunter2", "hunter2"), ("a\nb\n\n", "a\nb\n"), ("a\r\n", "a"),
        ("", ""), ("\n", ""),
    ])
    func `a secret is a file without its last newline`(content: String, secret: String) throws {
        let folder = try Folder()
        let path = try folder.write(
            Self.minimal.replacing("plugin: A", with: "plugin: A, config: \"${file:secret}\""),
            to: "services.yaml")
        _ = try folder.write(content, to: "secret")
        #expect(try load(path).services.first?.configuration == .secret(Secret(secret)))
    }

    @Test func `a secret that cannot be read is an error, and nothing waits`() throws {
        let folder = try Folder()
        let path = try folder.write(
            "version: 1\nservices:\n  a:\n    plugin: A\n    config: ${file:secret}\n",
            to: "services.yaml")
        _ = try folder.fifo("secret")
        #expect(
            complaint(path)?.contains("5:13: error: file 'secret' is a fifo, not a regular file")
                == true)
        try FileManager.default.removeItem(atPath: "\(folder.path)/secret")
        _ = try folder.write(Data([0xFF]), to: "secret")
        #expect(complaint(path)?.contains("file 'secret' is not UTF-8") == true)
    }

    @Test func `the samples' file is right`() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let host = try load(root.appendingPathComponent("services.yaml").path)
        #expect(
            host.services.map(\.name) == ["echo", "tokenizer", "compute", "memory", "pipeline"])
        #expect(
            host.services.map(\.slot) == [.inProcess, .async, .forked, .inProcess, .async])
        let plugins = ["Echo", "Tokenizer", "Compute", "Memory", "Pipeline"]
        #expect(host.services.map(\.plugin) == plugins.map(PluginReference.name))
    }
}
