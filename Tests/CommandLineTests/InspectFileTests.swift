// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// `inspect FILE.so`, also of files that are bad for whoever opens them.
struct InspectFileTests {
    private let folder = TemporaryFolder()

    @Test func `a plugin's file tells what is in it`() throws {
        let end = try BuiltProgram.run(
            "inspect", "\(BuiltProgram.folder)/libEcho.so", in: folder.path)
        #expect(end.code == 0)
        #expect(end.output.contains("plugin      echo 1.0.0\n"))
        #expect(end.output.contains("  requester(n: Int) → [Value]"))
    }

    @Test func `the versions of a plugin's state are shown`() throws {
        func state(_ path: String) throws -> String {
            let end = try BuiltProgram.run("inspect", path, in: folder.path)
            let line = end.output.split(separator: "\n").first { $0.hasPrefix("state ") }
            return String(line ?? "").replacing("state ", with: "").trimmingPrefix(while: {
                $0 == " "
            })
            .description
        }
        #expect(
            try state(CPlugin.counter.path())
                == "kept over reloads: version 2, reads 1 to 3, writes 1 to 2")
        #expect(
            try state("\(BuiltProgram.folder)/libProbe.so")
                == "kept over reloads: version 1, reads 1, writes 1")
        #expect(try state("\(BuiltProgram.folder)/libEcho.so") == "none")
    }

    @Test(arguments: [
        ("constructor-crash", "died of signal"), ("constructor-exit", "exited with"),
        ("no-entry", "backplane_plugin"), ("unresolved", "unresolved"),
    ])
    func `a broken one costs the process that opens it and nothing else`(
        name: String, words: String
    ) throws {
        let build = try BuiltProgram.tool(
            "bash", "\(BuiltProgram.root)/Tests/Fixtures/broken/build.sh", folder.path, name,
            in: folder.path)
        try #require(build.code == 0, "\(build.error)")
        let end = try BuiltProgram.run("inspect", "lib\(name).so", in: folder.path)
        #expect(end.code == 1)
        #expect(end.error.contains(words) || end.error.contains("undefined symbol"))
        #expect(end.error.contains("lib\(name).so"))
    }

    @Test func `what is no plugin is refused without being opened`() throws {
        _ = try folder.file("libText.so", Array("hello".utf8))
        for path in ["libText.so", "./missing.so", folder.path + "/"] {
            let end = try BuiltProgram.run("inspect", path, in: folder.path)
            #expect(end.code == 1)
            #expect(end.error.hasPrefix("error: "))
        }
    }
}
