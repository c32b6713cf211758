// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import ReloadStorm
import Testing

/// State that goes from one generation to the next.
struct StateTests {
    private static let reloads = 100

    @Test(arguments: ReloadingHost.slots)
    func `every key and every count outlives a hundred reloads under calls`(slot: String) throws {
        let built = try PatchedPlugin("VersionedMemory")
        let versions = [try built.version(1), try built.version(2)]
        let host = try ReloadingHost(
            """
              memory: { plugin: Memory, slot: \(slot), queue: 4096, retries: { max: 0 }, \
            concurrency: 64, drain-timeout: 60s }
            """, plugins: ["Memory": versions[0]])
        _ = try host.process.call("memory.set", #"["before", 1]"#)
        let counters = (0..<8).map { _ in host.load("memory.increment", window: 2) }
        let list = host.load("memory.append", #"["list", 1]"#, window: 1)
        for number in 1..<(Self.reloads + 1) {
            let event = try host.replace("Memory", by: versions[number % 2], of: "memory")
            #expect(event.kind == "switched", "\(event)")
            _ = try host.process.call("memory.set", #"["during/\#(number)", \#(number)]"#)
        }
        let reports = try counters.map { try $0.stop() }
        let appended = try list.stop()
        for report in reports + [appended] {
            #expect(report.errors.isEmpty && report.lost == 0, "\(report.errors.prefix(3))")
        }
        _ = try host.process.call("memory.set", #"["after", 2]"#)
        let counted = reports.reduce(0) { $0 + $1.succeeded }
        #expect(counted > Self.reloads)
        #expect(try host.process.call("memory.count") == "\(counted)")
        #expect(
            try host.process.call("memory.get", #"["list"]"#, as: [Int].self).count
                == appended.succeeded)
        #expect(try host.process.call("memory.get", #"["before"]"#) == "1")
        #expect(try host.process.call("memory.get", #"["after"]"#) == "2")
        let keys = try host.process.call("memory.keys", #"["during/"]"#, as: [String].self)
        #expect(Set(keys) == Set((1..<(Self.reloads + 1)).map { "during/\($0)" }))
    }
}
