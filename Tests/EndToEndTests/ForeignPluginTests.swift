// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// Plugins that were not built with this package, or not as they should have been.
struct ForeignPluginTests {
    private static let slots = ["in-process", "async", "forked"]

    /// The fixtures of `Tests/Fixtures/broken`, built once.
    private static let fixtures = Result {
        let folder = TemporaryFolder()
        let end = try Program(
            [
                folder.path, "sound", "abi-major-ahead", "no-entry", "unresolved",
                "static-runtime", "bundled-yaml", "bundled-yaml-interposable",
            ], of: Oracle.root.appending(path: "Tests/Fixtures/broken/build.sh").path,
            in: folder.path
        ).end(within: .seconds(120))
        try #require(end.code == 0, "\(end.error)")
        return folder
    }

    @Test(arguments: slots)
    func `a plugin in C works`(slot: String) throws {
        let host = try HostProcess("  c: { plugin: \(CPlugin.echo.path()), slot: \(slot) }")
        #expect(try host.call("c.echo", #"[{"a":[1,"é"]}]"#) == #"{"a":[1,"é"]}"#)
        #expect(try host.call("c.count") == "1")
        #expect(try host.run("call", "c.echo", #"{"value":1}"#).code == 1)
    }

    @Test(arguments: slots)
    func `a plugin that bundles a library which the host has too keeps its own`(
        slot: String
    ) throws {
        let host = try HostProcess(
            """
              bound: { plugin: bundled-yaml, slot: \(slot) }
              open: { plugin: bundled-yaml-interposable, slot: \(slot) }
            """, plugins: Self.fixtures.get().path)
        #expect(try host.call("bound.answer") == #""0.0.1-bundled""#)
        #expect(try host.call("open.answer") == #""0.0.1-bundled""#)
    }

    @Test(arguments: slots)
    func `a broken plugin is refused in words that help, and the others run`(slot: String) throws {
        let broken: [(name: String, words: [String])] = [
            ("abi-major-ahead", ["ABI 2", "this host speaks 1", "update the host"]),
            ("no-entry", ["backplane_plugin"]),
            ("unresolved", ["backplane_fixture_missing"]),
            ("static-runtime", ["Swift runtime", "-static-stdlib"]),
        ]
        let host = try HostProcess(
            broken.map { "  \($0.name): { plugin: \($0.name), slot: \(slot) }" }.joined(
                separator: "\n") + """

                      sound: { plugin: sound, slot: \(slot) }
                      throws: { plugin: Probe, slot: \(slot), config: { init: throw } }
                      echo: { plugin: Echo, slot: \(slot) }
                    """, plugins: Self.fixtures.get().path)
        #expect(host.output.contains("ready: 2 of 7"), "\(host.output)")
        let services = try host.services()
        for (name, words) in broken {
            #expect(services[name]?.state == "failed")
            for word in words {
                #expect(
                    services[name]?.reason?.contains(word) == true,
                    "\(services[name]?.reason ?? "")")
            }
            let call = try host.run("call", "\(name).answer")
            #expect(call.error.hasPrefix("error[incompatible]: "), "\(call.error)")
        }
        try Deadline.wait("a service that backs off") {
            let service = try host.services()["throws"]
            return service?.state == "backing-off"
                && service?.reason?.contains("init was told to throw") == true
        }
        #expect(try host.call("sound.answer").isEmpty == false)
        #expect(try host.call("echo.echo", "[1]") == "1")
    }
}
