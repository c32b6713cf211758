// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import Foundation
import Glibc
import OracleSupport
import Testing

@testable import BackplaneHost

/// Copies of plugins, and files that are none.
struct PluginStageTests {
    private let folder: URL
    private let stage: PluginStage

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "backplane-stage-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        stage = PluginStage(folder: folder.appending(path: "staged").path)
    }

    private func put(_ bytes: [UInt8], _ name: String) throws -> String {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }

    private func refusal(_ path: String) -> ImageError? {
        defer { #expect(copies(of: 1) == nil, "something was left behind") }
        do throws(ImageError) {
            _ = try stage.stage(path, service: "service", generation: 1)
            return nil
        } catch {
            #expect(error.message.contains(path))
            return error
        }
    }

    /// The names of what was copied for a generation; nil for no folder.
    private func copies(of generation: Int) -> [String]? {
        let path = "\(stage.folder)/service/\(generation)"
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return (try? FileManager.default.contentsOfDirectory(atPath: path))?.sorted()
    }

    @Test func `each generation has a copy of its own`() throws {
        let bytes = try FixtureBuild.shared.bytes("sound")
        let path = try put(bytes, "plugins/libSound.so")
        let first = try stage.stage(path, service: "service", generation: 1)
        let second = try stage.stage(path, service: "service", generation: 2)
        #expect(first.original == path)
        #expect(first.directory == folder.appending(path: "plugins").path)
        #expect(first.bytes == bytes.count)
        #expect(first.hash == second.hash)
        #expect(first.path != second.path)
        #expect([UInt8](try Data(contentsOf: URL(filePath: second.path))) == bytes)
        #expect(copies(of: 1) == ["libSound.so"])
        try stage.remove(service: "service", generation: 1)
        #expect(copies(of: 1) == nil)
        #expect(copies(of: 2) == ["libSound.so"])
        try stage.removeAll()
        #expect(!FileManager.default.fileExists(atPath: stage.folder))
    }

    @Test func `what an earlier host left in the place of a copy is replaced`() throws {
        let path = try put(try FixtureBuild.shared.bytes("sound"), "libSound.so")
        _ = try stage.stage(path, service: "service", generation: 1)
        _ = try put([1, 2, 3], "staged/service/1/leftover")
        _ = try stage.stage(path, service: "service", generation: 1)
        #expect(copies(of: 1) == ["libSound.so"])
    }

    @Test func `a changed file has another hash`() throws {
        var bytes = try FixtureBuild.shared.bytes("sound")
        let path = try put(bytes, "libSound.so")
        let before = try stage.stage(path, service: "service", generation: 1)
        // The compiler's name at the end of the file's strings: any byte will do.
        bytes[bytes.count / 2] ^= 0x01
        _ = try put(bytes, "libSound.so")
        let after = try stage.stage(path, service: "service", generation: 2)
        #expect(before.hash != after.hash)
    }

    @Test func `a fifo is refused at once, without waiting for a writer`() throws {
        let path = folder.appending(path: "fifo").path
        #expect(unsafe mkfifo(path, 0o600) == 0)
        #expect(refusal(path)?.code == .unreadable)
    }

    @Test func `a folder, a link to nowhere and a file that is not there are unreadable`() throws {
        let link = folder.appending(path: "link").path
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: "/nowhere/at/all")
        #expect(refusal(folder.path)?.code == .unreadable)
        #expect(refusal(folder.path)?.message.contains("not a regular file") == true)
        #expect(refusal(link)?.code == .unreadable)
        #expect(refusal("/nowhere/libNone.so")?.code == .unreadable)
        #expect(refusal("/dev/null")?.code == .unreadable)
    }

    @Test func `a file that may not be read says so`() throws {
        let path = try put(try FixtureBuild.shared.bytes("sound"), "libSound.so")
        #expect(unsafe chmod(path, 0) == 0)
        if getuid() != 0 {
            let error = refusal(path)
            #expect(error?.code == .unreadable)
            #expect(error?.message.contains("Permission denied") == true)
        } else {
            // Permissions don't hold the superuser up.
            _ = try stage.stage(path, service: "service", generation: 1)
        }
    }

    @Test func `what is empty, no object, for another processor or cut off is refused`() throws {
        let whole = try FixtureBuild.shared.bytes("sound")
        #expect(refusal(try put([], "empty.so"))?.code == .notAPlugin)
        #expect(refusal(try put([], "empty.so"))?.message.contains("is empty") == true)
        #expect(refusal(try put(Array("#!/bin/sh".utf8), "script.so"))?.code == .notAPlugin)
        var other = whole
        other[18] = 8
        #expect(
            refusal(try put(other, "other.so"))?.message.contains("another processor") == true)
        let half = Array(whole.prefix(whole.count / 2))
        #expect(refusal(try put(half, "half.so"))?.code == .incomplete)
    }

    @Test func `a library that is no plugin is refused with the remedy`() throws {
        let error = refusal(try FixtureBuild.shared.path("no-entry"))
        #expect(error?.code == .notAPlugin)
        #expect(error?.message.contains("@c public func backplane_plugin()") == true)
    }

    @Test func `a plugin with a Swift runtime of its own is refused with the remedy`() throws {
        let error = refusal(try FixtureBuild.shared.path("static-runtime"))
        #expect(error?.code == .incompatible)
        #expect(error?.message.contains("-static-stdlib") == true)
    }

    @Test func `libraries beside a plugin are copied with it, and theirs`() throws {
        let libraries = folder.appending(path: "built")
        try compile("int deep(void) { return 1; }", "deep", in: libraries)
        try compile(
            "int deep(void); int near(void) { return deep(); }", "near", in: libraries, ["deep"])
        try compile(
            "int near(void); void *backplane_plugin(void) { return (void *)(long)near(); }",
            "plugin", in: libraries, ["near"])
        let path = libraries.appending(path: "libplugin.so").path
        let before = try stage.stage(path, service: "service", generation: 1)
        // Under names of their own: the dynamic linker takes libraries of one name for one.
        #expect(copies(of: 1)?.count == 3)
        #expect(copies(of: 1)?.filter { $0.hasPrefix("lib") } == ["libplugin.so"])
        #expect(
            before.libraries.sorted()
                == ["deep", "near"].map { libraries.appending(path: "lib\($0).so").path })
        // They count in its hash.
        try compile("int deep(void) { return 2; }", "deep", in: libraries)
        let after = try stage.stage(path, service: "service", generation: 2)
        #expect(before.hash != after.hash)
        #expect(Set(copies(of: 1) ?? []).intersection(copies(of: 2) ?? []) == ["libplugin.so"])
        // Copied once more, it is the same build, and opens.
        let again = try stage.stage(
            PluginSource(again: before), service: "service", generation: 4)
        #expect(again.hash == before.hash && again.libraries == before.libraries)
        for copy in [before, after, again] {
            let image = unsafe dlopen(copy.path, RTLD_NOW | RTLD_LOCAL)
            guard let symbol = unsafe dlsym(image, "backplane_plugin") else {
                Issue.record("\(copy.path) does not open")
                continue
            }
            typealias Answer = @convention(c) () -> Int
            // SAFETY: the function compiled above takes nothing and returns a number in a pointer.
            let answer = unsafe unsafeBitCast(symbol, to: Answer.self)
            #expect(answer() == (copy.path == after.path ? 2 : 1))
        }
        // A damaged one is as bad as a damaged plugin, and nothing stays.
        try Data([1, 2, 3]).write(to: libraries.appending(path: "libdeep.so"))
        do {
            _ = try stage.stage(path, service: "service", generation: 3)
            Issue.record("a damaged library was taken")
        } catch {
            #expect(error.message.contains("libdeep.so"))
        }
        #expect(copies(of: 3) == nil)
    }

    @Test func `libraries in folders below a plugin are copied to the same folders`() throws {
        let (top, below) = (folder.appending(path: "built"), folder.appending(path: "built/lib"))
        try compile("int deep(void) { return 1; }", "deep", in: below, origin: nil)
        try compile(
            "int deep(void); int near(void) { return deep(); }", "near", in: below, ["deep"],
            origin: nil)
        try compile(
            "int near(void); void *backplane_plugin(void) { return (void *)(long)near(); }",
            "plugin", in: top, ["near"], origin: "$ORIGIN/./lib/")
        let path = top.appending(path: "libplugin.so").path
        _ = try stage.stage(path, service: "service", generation: 1)
        #expect(copies(of: 1) == ["lib", "libplugin.so"])
        let copied = try FileManager.default.contentsOfDirectory(
            atPath: "\(stage.folder)/service/1/lib")
        // The second one is found only where its user's user looks.
        #expect(copied.count == 2)
    }

    private func compile(
        _ code: String, _ name: String, in folder: URL, _ libraries: [String] = [],
        origin: String? = "$ORIGIN"
    ) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let source = folder.appending(path: "\(name).c")
        try Data(code.utf8).write(to: source)
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments =
            [
                "clang", "-shared", "-fPIC", "-w", "-o",
                folder.appending(path: "lib\(name).so").path, source.path, "-L", folder.path,
                "-L", folder.appending(path: "lib").path, "-Wl,--allow-shlib-undefined",
            ] + (origin.map { ["-Wl,-rpath,\($0)"] } ?? []) + libraries.map { "-l\($0)" }
        try compiler.run()
        compiler.waitUntilExit()
        #expect(compiler.terminationStatus == 0)
    }

    @Test func `removing never follows links`() throws {
        let kept = try put([1], "kept/file")
        try FileManager.default.createDirectory(
            atPath: "\(stage.folder)/service/1", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(stage.folder)/service/1/link",
            withDestinationPath: folder.appending(path: "kept").path)
        try stage.removeAll()
        #expect(FileManager.default.fileExists(atPath: kept))
        #expect(!FileManager.default.fileExists(atPath: stage.folder))
    }

    @Test(arguments: [("/a/b/libX.so", "/a/b"), ("/libX.so", "/")])
    func `a path has a folder`(_ path: String, _ folder: String) {
        #expect(PluginSource.directory(of: path) == folder)
    }
}
