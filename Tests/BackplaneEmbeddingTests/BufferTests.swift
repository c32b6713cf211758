// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneEmbedding

/// Bytes that a program builds for its services.
@Suite(.timeLimit(.minutes(5)))
struct BufferTests {
    /// So many are never copied into a worker's memory by a call: where they lie tells who put them there.
    private static let size = 64 << 20

    private static func build(_ manager: ServiceManager) async throws -> Bytes {
        try await manager.withPayloadBuffer(for: "probe", capacity: size) { output in
            for _ in 0..<size { output.append(7) }
        }
    }

    @Test func `they are read where they were built, whichever way they are passed`() async throws {
        try await withManager { manager in
            try await Mounting.fileForked.register(on: manager)
            let bytes = try await Self.build(manager)
            let called: String = try await manager.call("probe", "place", bytes)
            #expect(called == "backplane-host")
            let place = try manager.function(
                "probe.place", taking: Bytes.self, returning: String.self)
            #expect(try place(bytes) == "backplane-host")
            let again: String = try manager.callFunction("probe.place", bytes)
            #expect(again == "backplane-host")
            // Not for comparison only: this is what was to be avoided.
            let plain = Bytes(capacity: Self.size) { output in
                for _ in 0..<Self.size { output.append(7) }
            }
            let copied: String = try await manager.call("probe", "place", plain)
            #expect(copied == "")
        }
    }

    @Test func `results may be passed on as they are`() async throws {
        for mounting in Mounting.allCases {
            try await withManager { manager in
                try await mounting.register(on: manager)
                let built: Bytes = try await manager.call("probe", "build", 1 << 20)
                let shared: Bytes = try await manager.call("probe", "shared", built)
                #expect(shared == built)
                let function = try manager.function(
                    "probe.shared", taking: Bytes.self, returning: Bytes.self)
                #expect(try function(shared) == built)
                #expect(try await manager.call("probe", "difference", shared) == -1)
            }
        }
    }

    @Test func `what is wrong is told`() async throws {
        try await withManager { manager in
            try await Mounting.fileForked.register(on: manager)
            let unknown = await #expect(throws: BackplaneError.self) {
                try await manager.withPayloadBuffer(for: "prob", capacity: 1) { _ in }
            }
            #expect(unknown?.code == .notFound)
            let large = await #expect(throws: BackplaneError.self) {
                try await manager.withPayloadBuffer(for: "probe", capacity: 512 << 20) { _ in }
            }
            #expect(large?.code == .tooLarge)
            for capacity in [-1, .min, .max] {
                let senseless = await #expect(throws: BackplaneError.self) {
                    try await manager.withPayloadBuffer(for: "probe", capacity: capacity) { _ in }
                }
                #expect(senseless?.code == .invalidArgument)
            }
            await #expect(throws: CancellationError.self) {
                try await manager.withPayloadBuffer(for: "probe", capacity: 1 << 20) { _ in
                    throw CancellationError()
                }
            }
            let settings = ServiceSettings(poolBytes: 1)
            #expect(settings.poolBytes == 1)
        }
    }
}
