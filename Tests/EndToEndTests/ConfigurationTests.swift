// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// What configuration forbids, forbidden from the command line.
struct ConfigurationTests {
    /// Every kind of error in one file; the marked lines hold one each.
    private static let wrong = """
        version: 1
        host: { plugin: [x] }                                  # !
        defaults:
          timeout: 30                                          # !
        services:
          Upper: { plugin: A }                                 # !
          host: { plugin: A }                                  # !
          slots: { plugin: A, slot: proces }                   # !
          keys: { plugin: A, wrokers: 2 }                      # !
          types: { plugin: A, workers: many }                  # !
          twice: { plugin: A, workers: 1, workers: 2 }         # !
          nothing: { slot: async }                             # !
          sizes: { plugin: A, slot: forked, limits: { memory: 512 } }  # !
          env: { plugin: A, env: { K: v } }                    # !
          limits: { plugin: A, limits: { cpu: 1s } }           # !
          needs: { plugin: A, depends-on: [absent] }           # !
          calls: { plugin: A, may-call: [absent] }             # !
          messages: { plugin: A, messages-to: absent.append }  # !
          requests: { plugin: A, requests-to: absent.double }  # !
          variable: { plugin: "${BACKPLANE_TEST_UNSET}" }      # !
          one: { plugin: A, depends-on: [other] }              # !
          other: { plugin: A, depends-on: [one] }
          sound: { plugin: Echo }

        """

    @Test(arguments: ["check", "run"])
    func `every error of a file is told with its place and help, and nothing starts`(
        verb: String
    ) throws {
        let folder = TemporaryFolder()
        _ = try folder.file("services.yaml", Array(Self.wrong.utf8))
        let end = try Program([verb], in: folder.path).end()
        #expect(end.code == 1)
        #expect(end.output.isEmpty)
        let lines = end.error.split(separator: "\n")
        let marked = Self.wrong.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated().filter { $0.element.hasSuffix("# !") }.map { $0.offset + 1 }
        for line in marked {
            #expect(
                lines.count { $0.hasPrefix("services.yaml:\(line):") } == 1,
                "line \(line) in \(end.error)")
        }
        #expect(lines.count { $0.hasPrefix("services.yaml:") } == marked.count)
        #expect(lines.last == "\(marked.count) errors")
        #expect(lines.contains("     help: did you mean 'forked'?"))
        #expect(lines.contains("     help: did you mean 'workers'?"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["services.yaml"])
    }

    @Test func `state in more than one process is refused when the plugin says that it has some`()
        throws
    {
        let host = try HostProcess("  memory: { plugin: Memory, slot: forked, workers: 2 }")
        #expect(host.output.contains("ready: 0 of 1"))
        let memory = try #require(try host.services()["memory"])
        #expect(memory.state == "failed")
        #expect(
            memory.reason?.contains("state") == true && memory.reason?.contains("workers") == true)
    }

    @Test(arguments: ["in-process", "async", "forked"])
    func `a service may not call what its may-call does not list`(slot: String) throws {
        let host = try HostProcess(
            """
              probe: { plugin: Probe, slot: \(slot), may-call: [memory] }
              free: { plugin: Probe, slot: \(slot) }
              memory: { plugin: Memory, slot: in-process }
              echo: { plugin: Echo, slot: in-process }
            """)
        #expect(
            try host.call("probe.nest", #"["echo.echo",[1]]"#)
                == #"{"error":"permission-denied","message":"service 'probe' may not call echo.echo; its key may-call does not list it"}"#
        )
        #expect(try host.call("probe.nest", #"["memory.keys",[]]"#) == #"{"value":[]}"#)
        #expect(try host.call("free.nest", #"["echo.echo",[1]]"#) == #"{"value":1}"#)
        #expect(
            try host.call("free.nest", #"["host.status",[]]"#).hasPrefix(
                #"{"error":"permission-denied""#))
    }
}
