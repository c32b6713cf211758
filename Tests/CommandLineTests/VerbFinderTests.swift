// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import backplane_cli

struct VerbFinderTests {
    @Test(arguments: [
        (["ps"], ["ps"]),
        (["-c", "a.yaml", "ps", "-o", "wide"], ["ps", "-o", "wide", "-c", "a.yaml"]),
        (["--socket=x", "call", "a.b"], ["call", "a.b", "--socket=x"]), (["--help"], ["--help"]),
        (["call", "a.b", "-5", "-c", "x"], ["call", "a.b", " -5", "-c", "x"]),
        (["logs", "-n", "-5"], ["logs", "-n", "-5"]), ([], []),
        (["-c", "a.yaml"], ["-c", "a.yaml"]), (["status"], ["status"]),
    ])
    func `the verb comes first, whatever stands before it`(
        given: [String], arguments: [String]
    ) throws {
        #expect(try VerbFinder().arguments(given) == arguments)
    }

    @Test(arguments: [
        ("pss", "ps"), ("statsu", "status"), ("strat", "start"), ("relaod", "reload"),
        ("inspekt", "inspect"),
    ])
    func `an unknown verb gets the nearest one`(verb: String, nearest: String) {
        let failure = #expect(throws: CommandFailure.self) { try VerbFinder().arguments([verb]) }
        #expect(failure?.code == 64)
        #expect(failure?.message.contains("did you mean '\(nearest)'?") == true)
    }

    @Test func `every documented verb is there`() {
        let documented = [
            "run", "check", "ps", "status", "call", "notify", "reload", "start", "stop", "restart",
            "logs", "events", "inspect", "new", "bench",
        ]
        #expect(Set(documented).isSubset(of: BackplaneCommand.verbs))
    }
}
