// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Foundation
import Testing

@testable import BackplaneHost

/// The extension `backplane.buffers/1` in every slot, for a plugin in C.
@Suite(.timeLimit(.minutes(10)))
struct ForeignBufferTests {
    private static func host(_ slot: SlotKind) async throws -> TestHost {
        let folder = FileManager.default.temporaryDirectory.path
        let plugin = try CFixture.build("buffers", into: folder)
        return try await TestHost([
            ServiceConfiguration(name: "c", plugin: .path(plugin), slot: slot)
        ])
    }

    @Test(arguments: SlotKind.allCases)
    func `it builds in place`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let result = try await host.call("c.build", 1_000_000)
        #expect(result == .bytes((0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }))
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `it keeps what it is lent`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        let bytes = Value.bytes([UInt8](repeating: 7, count: 1_000_000))
        for _ in 0..<3 {
            #expect(try await host.call("c.keep", bytes) == true)
            #expect(try await host.call("c.kept") == [bytes])
        }
        // Small ones are copied by whoever wants them.
        #expect(try await host.call("c.keep", .bytes([1])) == false)
        try await host.stop()
    }

    @Test(arguments: SlotKind.allCases)
    func `misuse comes to nothing`(slot: SlotKind) async throws {
        let host = try await Self.host(slot)
        #expect(try await host.call("c.misuse") == true)
        #expect(try await host.call("c.misuse") == true)
        try await host.stop()
    }
}
