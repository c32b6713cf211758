// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import ReloadStorm
import Testing

/// What plugins leave behind, and what they bring along.
struct LeftoverTests {
    @Test(arguments: ReloadingHost.slots)
    func `threads and handlers of generations that were replaced do no harm`(slot: String) throws {
        let built = try PatchedPlugin(at: CPlugin.leftover.path())
        let host = try ReloadingHost(
            "  leftover: { plugin: Leftover, slot: \(slot), retries: { max: 0 } }",
            plugins: ["Leftover": try built.version(1)])
        let load = host.load("leftover.answer")
        try load.more()
        for version in 2..<6 {
            let event = try host.replace("Leftover", by: try built.version(version), of: "leftover")
            #expect(event.kind == "switched", "\(event)")
            try load.answered(by: version)
            // To the handler that a generation has set in the host's process.
            if slot != "forked" { host.process.signal(SIGUSR2) }
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.versions == [1, 2, 3, 4, 5], "\(report)")
        // Threads end, and exit handlers run.
        host.process.signal(SIGTERM)
        #expect(try host.process.end().code == 0)
    }

    @Test(arguments: ReloadingHost.slots)
    func `a library that a plugin finds beside itself is part of its build`(slot: String) throws {
        let folder = TemporaryFolder()
        let plugin = try BesidePlugin(in: folder)
        try plugin.build(library: 1)
        let host = try ReloadingHost(
            "  beside: { plugin: Beside, slot: \(slot), retries: { max: 0 } }", plugins: [:],
            in: folder)
        let load = host.load("beside.answer")
        try load.more()
        for version in 2..<4 {
            let event = try host.verdict(on: "beside") { try plugin.build(library: version) }
            #expect(event.kind == "switched", "\(event)")
            try load.answered(by: version)
        }
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.versions == [1, 2, 3], "\(report)")
    }
}

/// A plugin whose answer is that of a library which lies beside it.
private struct BesidePlugin {
    private let folder: TemporaryFolder

    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        try build(library: 0)
        try compile(
            """
            extern const char *beside_version(void);
            #define FIXTURE_NAME "beside"
            #define FIXTURE_ANSWER beside_version()
            #include "Tests/Fixtures/broken/minimal.h"
            """, to: "libBeside.so", "-L", folder.path, "-lbelow", "-Wl,-rpath,$ORIGIN")
    }

    func build(library version: Int) throws {
        try compile(
            "const char *beside_version(void) { return \"\(version)\"; }", to: "libbelow.so")
    }

    private func compile(_ source: String, to name: String, _ flags: String...) throws {
        let root = Oracle.root.path
        let file = try folder.file("source.c", Array(source.utf8))
        let end = try Program(
            [
                "cc", "-shared", "-fPIC", "-I", "\(root)/Sources/CBackplane/include", "-I", root,
                "-o", folder.path(".\(name)"), file,
            ] + flags, of: "/usr/bin/env", in: folder.path
        ).end()
        guard end.code == 0 else { throw Deadline.Passed(description: end.error) }
        FileSystem.rename(folder.path(".\(name)"), to: folder.path(name))
    }
}
