// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// `check --load`: every plugin of a file, tried out without a host.
struct CheckLoadTests {
    private let folder = TemporaryFolder()
    private let copies = TemporaryFolder()

    @Test func `sound plugins are rehearsed, and nothing stays`() throws {
        let end = try check(
            """
              echo: { plugin: \(BuiltProgram.folder)/libEcho.so }
              probe: { plugin: \(BuiltProgram.folder)/libProbe.so, slot: forked }
            """)
        #expect(end.code == 0, "\(end.error)")
        #expect(end.output == "services.yaml: 2 services, no errors; every plugin rehearsed\n")
        #expect(end.error.isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: copies.path) == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }

    @Test func `each that is refused is told with its service, file and reason`() throws {
        let build = try BuiltProgram.tool(
            "bash", "\(BuiltProgram.root)/Tests/Fixtures/broken/build.sh", folder.path,
            "constructor-crash", "unresolved", "static-runtime", in: folder.path)
        try #require(build.code == 0, "\(build.error)")
        let end = try check(
            """
              crash: { plugin: constructor-crash }
              good: { plugin: \(BuiltProgram.folder)/libEcho.so }
              symbol: { plugin: unresolved }
              runtime: { plugin: static-runtime }
              throws: { plugin: \(BuiltProgram.folder)/libProbe.so, config: { init: throw } }
              nowhere: { plugin: nowhere }
            """)
        #expect(end.code == 1)
        #expect(end.output.isEmpty)
        let lines = end.error.split(separator: "\n")
        #expect(lines.count == 6)
        for (name, words) in [
            ("crash", "libconstructor-crash.so crashed with signal 11 (SIGSEGV) in `open`"),
            ("symbol", "undefined symbol: backplane_fixture_missing"),
            ("runtime", "build it without -static-stdlib"),
            ("throws", "init was told to throw"), ("nowhere", "there is no plugin 'nowhere'"),
        ] {
            let line = lines.first { $0.hasPrefix("error: service '\(name)': ") }
            #expect(line?.contains(words) == true, "\(end.error)")
        }
        #expect(lines.last == "5 of 6 refused")
        #expect(try FileManager.default.contentsOfDirectory(atPath: copies.path) == [])
    }

    @Test func `one of which nothing can be said is a warning`() throws {
        let end = try check(
            """
              probe: { plugin: \(BuiltProgram.folder)/libProbe.so, config: { callsInInit: a.b } }
            """)
        #expect(end.code == 0)
        #expect(
            end.error.hasPrefix("warning: service 'probe': `init` made 1 call, which a rehearsal"))
        #expect(end.output.hasSuffix("every plugin rehearsed\n"))
    }

    @Test func `without a worker executable it says what to do`() throws {
        let end = try check(
            "  echo: { plugin: \(BuiltProgram.folder)/libEcho.so }", "--worker", "nowhere")
        #expect(end.code == 1)
        #expect(end.error.contains("\(folder.path)/nowhere can't be run; set BACKPLANE_WORKER"))
    }

    private func check(_ services: String, _ options: String...) throws -> BuiltProgram.End {
        _ = try folder.file(
            "services.yaml",
            Array("version: 1\nhost:\n  plugins: [.]\nservices:\n\(services)\n".utf8))
        let process = BuiltProgram.process(["check", "--load"] + options, in: folder.path)
        var environment = ProcessInfo.processInfo.environment
        environment["TMPDIR"] = copies.path
        process.environment = environment
        return try BuiltProgram.end(of: process)
    }
}
