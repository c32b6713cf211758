// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

struct ContentionTests {
    @Test(arguments: ReloadingHost.slots)
    func `locks of the main thread are handed over, whatever the process comes from`(
        slot: String
    ) throws {
        let built = try PatchedPlugin("VersionedEcho")
        let host = try ReloadingHost(
            "  main: { plugin: Alone, slot: \(slot), retries: { max: 0 } }",
            plugins: ["Alone": try built.version(1)])
        // Once: a global is made once.
        let end = try host.process.run("call", "main.contend", "[]", within: .seconds(30))
        #expect(end.code == 0, "\(end)")
    }
}
