// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import ReloadStorm
import Testing

/// Files that are cut off, written over the one in use.
struct TruncationTests {
    private static let cuts = 200

    @Test(arguments: ReloadingHost.slots)
    func `a file that is cut off anywhere is never opened`(slot: String) throws {
        let good = try PatchedPlugin(at: CPlugin.padded.path())
        let host = try ReloadingHost(
            "  padded: { plugin: Padded, slot: \(slot), retries: { max: 0 } }",
            plugins: ["Padded": try good.version(1)])
        let load = host.load("padded.answer")
        try load.more()
        let whole = try good.version(2).bytes
        var random = SeededGenerator(seed: 19)
        for number in 0..<Self.cuts {
            // Every other one as long as it should be, like a file that is being copied; what comes
            // behind the segments is for debuggers, and may be zeros.
            let isFilled = number % 2 == 1
            let last = isFilled ? whole.count * 9 / 10 : whole.count - 1
            let cut = number == 0 ? 0 : Int.random(in: 1...last, using: &random)
            let bytes = whole.prefix(cut) + Data(count: isFilled ? whole.count - cut : 0)
            try PatchedPlugin(bytes: bytes).overwrite(host.path("Padded"))
            let end = try host.process.run("reload", "padded")
            #expect(end.code == 1, "cut at \(cut): \(end)")
            try load.more(2)
        }
        #expect(load.report.versions == [1])
        let heard = host.follower.events.count
        try PatchedPlugin(bytes: whole).overwrite(host.path("Padded"))
        _ = try host.follower.wait("a switch", after: heard) {
            $0.service == "padded" && $0.kind == "switched"
        }
        try load.answered(by: 2)
        let report = try load.stop()
        #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        #expect(report.versions == [1, 2])
    }
}
