// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Testing

@testable import BackplaneHost

/// One semantics in every slot: outcomes, as the ABI gives them and as the host makes them.
@Suite(.timeLimit(.minutes(5)))
struct SlotOutcomeTests {
    private func withRaw(
        _ slot: SlotKind, retries: Int = 0, _ body: (TestHost) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "backplane-raw-\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let plugin = try CFixture.build("raw", into: folder)
        var service = ServiceConfiguration(name: "raw", plugin: .path(plugin), slot: slot)
        service.retries.max = retries
        let host = try await TestHost([service])
        try await body(host)
        try await host.stop()
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test(arguments: SlotKind.allCases)
    func `every outcome code of the ABI reaches the caller`(slot: SlotKind) async throws {
        try await withRaw(slot) { host async throws in
            #expect(try await host.call("raw.end", 0) == true)
            for code in OutcomeCode.allCases {
                #expect(await host.code("raw.end", .integer(Int64(code.rawValue))) == code)
            }
            #expect(await host.code("raw.end", 20) == .internal)
        }
    }

    @Test(arguments: SlotKind.allCases)
    func `a second outcome is dropped`(slot: SlotKind) async throws {
        try await withRaw(slot) { host async throws in
            #expect(try await host.call("raw.twice") == true)
            #expect(try await host.call("raw.end", 0) == true)
        }
    }

    @Test(arguments: SlotKind.allCases)
    func `a call may be completed from another thread`(slot: SlotKind) async throws {
        try await withRaw(slot) { host async throws in
            for _ in 0..<100 { #expect(try await host.call("raw.elsewhere") == true) }
        }
    }

    @Test(arguments: SlotKind.allCases)
    func `a plugin in C closes its call by the extension`(slot: SlotKind) async throws {
        try await withRaw(slot) { host async throws in
            let call = try host.start("raw.close", options: CallOptions(takesMessages: true))
            let outcome = try await call.outcome.get()
            #expect(outcome.bytes == [0xf5])
            #expect(call.values == [true])
            #expect(call.closings.value == 1)
        }
    }

    @Test(arguments: SlotKind.allCases)
    func `a call that never ends is ended by its deadline`(slot: SlotKind) async throws {
        try await withRaw(slot) { host async throws in
            let code = await host.code("raw.never", timeout: .milliseconds(50))
            #expect(code == .deadlineExceeded)
            #expect(try await host.call("raw.end", 0) == true)
        }
    }

    @Test(arguments: SlotKind.allCases)
    func `an unknown method names the nearest`(slot: SlotKind) async throws {
        try await withRaw(slot) { host async throws in
            let error = await #expect(throws: CallError.self) {
                try await host.call("raw.ent")
            }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains("'end'") == true)
        }
    }

    @Test(arguments: SlotKind.allCases)
    func `a plugin's own overloaded is not retried, because something has run`(
        slot: SlotKind
    ) async throws {
        try await withRaw(slot, retries: 3) { host async throws in
            let before = try #require(host.host.managed("raw")).service.statistics(of: "end")
            let count = before.callCount
            #expect(await host.code("raw.end", 6) == .overloaded)
            #expect(before.callCount == count + 1)
        }
    }
}
