// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import ReloadStorm
import Testing

/// What can happen to a plugin's file while it is in use.
struct FileTests {
    @Test(arguments: ReloadingHost.slots)
    func `a file that is overwritten or cut off in place never reaches who runs it`(
        slot: String
    ) throws {
        let (host, load, built) = try Self.start(slot)
        for version in 2..<8 {
            try PatchedPlugin(bytes: Data()).overwrite(host.path("Echo"))
            try load.more()
            let event = try host.verdict(on: "echo") {
                try built.version(version).overwrite(host.path("Echo"))
            }
            #expect(event.kind == "switched", "\(event)")
            try load.answered(by: version)
        }
        try Self.expectClean(load, versions: Array(1..<8))
    }

    @Test func `equal times and sizes hide no change, and an older time is none`() throws {
        let (host, load, built) = try Self.start("async")
        // Whole seconds, as file systems with coarse clocks have them.
        for (version, time) in [(2, 1_000_000_000), (3, 1_000_000_000), (4, 900_000_000)] {
            let event = try host.verdict(on: "echo") {
                let path = host.folder.path("new")
                try built.version(version).install(at: path)
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: Double(time))],
                    ofItemAtPath: path)
                FileSystem.rename(path, to: host.path("Echo"))
            }
            #expect(event.kind == "switched", "\(event)")
            try load.answered(by: version)
        }
        try Self.expectClean(load, versions: [1, 2, 3, 4])
    }

    @Test func `a file that is touched or written again as it was is no reason to reload`() throws {
        let (host, load, built) = try Self.start("in-process")
        let path = host.path("Echo")
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
        try built.version(1).overwrite(path)
        try built.version(1).install(at: path)
        #expect(try host.process.run("reload").code == 0)
        #expect(try host.process.services()["echo"]?.generation == 1)
        let event = try host.replace("Echo", by: try built.version(2), of: "echo")
        #expect(event.kind == "switched" && event.generation == 2, "\(event)")
        try load.answered(by: 2)
        try Self.expectClean(load, versions: [1, 2])
    }

    @Test(arguments: ReloadingHost.slots)
    func `of many builds at once the last wins, and one generation lives`(slot: String) throws {
        let (host, load, built) = try Self.start(slot)
        let builds = try (2..<22).map { try built.version($0) }
        for build in builds { try build.install(at: host.path("Echo")) }
        try load.answered(by: 21)
        let before = host.follower.events.count { $0.kind == "switched" }
        #expect(before < 20)
        try load.more(100)
        try Deadline.wait("the end of all but one") {
            host.follower.events.count { $0.kind == "retired" }
                == host.follower.events.count { $0.kind == "switched" }
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        #expect(report.versions == report.versions.sorted())
        if slot == "forked" {
            // The process that forks, what it forks from, and one worker.
            #expect(try host.process.services()["echo"]?.workers == 1)
        }
    }

    @Test func `a change during a reload is not missed`() throws {
        let built = try PatchedPlugin("Breakable")
        let host = try ReloadingHost(
            "  plain: { plugin: Breakable, slot: async, start-timeout: 3s, retries: { max: 0 } }",
            plugins: ["Breakable": try built.version(1)])
        let load = host.load("plain.answer", "[0]")
        try load.more()
        let before = Processes.below(host.process.pid)
        try built.broken("init-hangs").version(2).install(at: host.path("Breakable"))
        try Deadline.wait("a rehearsal that hangs") {
            !Processes.below(host.process.pid).isSubset(of: before)
        }
        try built.version(3).install(at: host.path("Breakable"))
        try load.answered(by: 3)
        try Self.expectClean(load, versions: [1, 3])
    }

    @Test func `a folder that is deleted and made again is watched again`() throws {
        let folder = TemporaryFolder()
        let plugins = folder.path("build")
        let built = try PatchedPlugin("VersionedEcho")
        try FileManager.default.createDirectory(atPath: plugins, withIntermediateDirectories: true)
        try built.version(1).install(at: "\(plugins)/libEcho.so")
        let host = try ReloadingHost(
            "  echo: { plugin: ./build/libEcho.so, slot: async, retries: { max: 0 } }",
            plugins: [:], in: folder)
        let load = host.load("echo.answer", "[0]")
        for version in 2..<5 {
            try FileManager.default.removeItem(atPath: plugins)
            try load.more()
            let event = try host.verdict(on: "echo") {
                try FileManager.default.createDirectory(
                    atPath: plugins, withIntermediateDirectories: true)
                try built.version(version).install(at: "\(plugins)/libEcho.so")
            }
            #expect(event.kind == "switched", "\(event)")
            try load.answered(by: version)
        }
        try Self.expectClean(load, versions: [1, 2, 3, 4])
    }

    @Test func `a link is followed, and both of its ends are watched`() throws {
        let folder = TemporaryFolder()
        let built = try PatchedPlugin("VersionedEcho")
        for (name, version) in [("one", 1), ("two", 2)] {
            try FileManager.default.createDirectory(
                atPath: folder.path(name), withIntermediateDirectories: true)
            try built.version(version).install(at: folder.path("\(name)/libEcho.so"))
        }
        func point(at name: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path("link"), withDestinationPath: "\(name)/libEcho.so")
            FileSystem.rename(folder.path("link"), to: folder.path("libEcho.so"))
        }
        try point(at: "one")
        let host = try ReloadingHost(
            "  echo: { plugin: Echo, slot: async, retries: { max: 0 } }", plugins: [:], in: folder)
        let load = host.load("echo.answer", "[0]")
        try load.more()
        #expect(try host.verdict(on: "echo") { try point(at: "two") }.kind == "switched")
        try load.answered(by: 2)
        let event = try host.verdict(on: "echo") {
            try built.version(3).install(at: folder.path("two/libEcho.so"))
        }
        #expect(event.kind == "switched")
        try load.answered(by: 3)
        try Self.expectClean(load, versions: [1, 2, 3])
    }

    /// What is put in place of the file, and what is said of it.
    private static let impostors:
        [(name: String, words: String, make: @Sendable (String) -> Void)] =
            [
                ("text", "ELF", { try? Data("not a plugin".utf8).write(to: URL(filePath: $0)) }),
                ("empty", "empty", { try? Data().write(to: URL(filePath: $0)) }),
                (
                    "folder", "not a regular file",
                    {
                        try? FileManager.default.createDirectory(
                            atPath: $0, withIntermediateDirectories: true)
                    }
                ),
                ("fifo", "not a regular file", { FileSystem.makePipe($0) }),
                ("dangling", "No such file", { FileSystem.makeLink($0, to: "nowhere") }),
            ]

    @Test func `what is no plugin takes no plugin's place`() throws {
        let (host, load, built) = try Self.start("async")
        var version = 1
        for (name, words, make) in Self.impostors {
            // Beside it, and then renamed: the path always holds one thing or the other.
            let path = host.folder.path("impostor")
            make(path)
            if name == "folder" { FileSystem.remove(host.path("Echo")) }
            #expect(FileSystem.rename(path, to: host.path("Echo")))
            let end = try host.process.run("reload", "echo", within: .seconds(30))
            #expect(end.code == 1, "\(name): \(end)")
            let said = end.output + end.error
            #expect(said.contains("libEcho.so"), "\(name): \(said)")
            #expect(said.contains(words), "\(name): \(said)")
            try load.more()
            if name == "folder" { FileSystem.remove(host.path("Echo")) }
            version += 1
            try built.version(version).install(at: host.path("Echo"))
            try load.answered(by: version)
        }
        try Self.expectClean(load, versions: Array(1...version))
    }

    @Test(.enabled(if: getuid() != 0, "root may read everything"))
    func `a file that may not be read is refused, and taken once it may`() throws {
        let (host, load, built) = try Self.start("async")
        let path = host.folder.path("new")
        try built.version(2).install(at: path)
        FileSystem.setMode(0, of: path)
        let event = try host.verdict(on: "echo") { FileSystem.rename(path, to: host.path("Echo")) }
        #expect(event.kind == "refused", "\(event)")
        #expect(event.message?.contains("libEcho.so") == true, "\(event)")
        FileSystem.setMode(0o600, of: host.path("Echo"))
        try load.answered(by: 2)
        try Self.expectClean(load, versions: [1, 2])
    }

    @Test func `a copy that can't be made leaves the old one in charge`() throws {
        let (host, load, built) = try Self.start("forked")
        // A file where the copies' folder should be: nothing can be made in it, whoever one is.
        let staged = host.folder.path(".backplane/staged/echo")
        FileSystem.rename(staged, to: staged + ".aside")
        try Data().write(to: URL(filePath: staged))
        let event = try host.replace("Echo", by: try built.version(2), of: "echo")
        #expect(event.kind == "refused", "\(event)")
        #expect(event.message?.contains("staged/echo") == true, "\(event)")
        try load.more()
        #expect(try host.process.services()["echo"]?.state == "running")
        FileSystem.remove(staged)
        FileSystem.rename(staged + ".aside", to: staged)
        #expect(try host.process.run("reload").code == 0)
        try load.answered(by: 2)
        try Self.expectClean(load, versions: [1, 2])
    }

    private static func start(
        _ slot: String
    ) throws -> (ReloadingHost, Load, PatchedPlugin) {
        let built = try PatchedPlugin("VersionedEcho")
        let host = try ReloadingHost(
            "  echo: { plugin: Echo, slot: \(slot), retries: { max: 0 } }",
            plugins: ["Echo": try built.version(1)])
        let load = host.load("echo.answer", "[0]")
        try load.more()
        return (host, load, built)
    }

    private static func expectClean(_ load: Load, versions: [Int]) throws {
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        #expect(report.versions == versions)
    }
}
