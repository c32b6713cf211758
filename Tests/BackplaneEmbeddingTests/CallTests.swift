// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Testing

/// M6 and M7: calls in one shape, and results that can be read or thrown.
@Suite(.timeLimit(.minutes(5)))
struct CallTests {
    @Test(arguments: Mounting.allCases)
    func `a call by position and by name is the same in every slot`(
        mounting: Mounting
    ) async throws {
        try await withManager { manager in
            try await mounting.register(on: manager)
            #expect(try await manager.call("probe", "bytes", 2) == [7, 7] as [UInt8])
            let named: [UInt8] = try await manager.call("probe", "bytes", named: ["count": 2])
            #expect(named == [7, 7])
            let value: Value = try await manager.call(
                "probe", "echo", arguments: ["value": ["a": [1, 2.5, nil]]])
            #expect(value == ["a": [1, 2.5, nil]])
            let error = await failure {
                try await manager.call("probe", "bytes", named: ["number": 2])
            }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test(arguments: Mounting.allCases)
    func `a result has a status, a value and an error, thrown only on request`(
        mounting: Mounting
    ) async throws {
        try await withManager { manager in
            try await mounting.register(on: manager)
            let good = await manager.result(of: "probe", "bytes", 1, as: [UInt8].self)
            #expect(good.status == .ok)
            #expect(good.value == [7])
            #expect(good.error == nil)
            #expect(try good.get() == [7])
            let bad = await manager.result(
                of: "probe", "fail", named: ["message": "on purpose"], as: Value.self)
            #expect(bad.status == .error)
            #expect("\(bad.status)" == "error")
            #expect(bad.value == nil)
            #expect(bad.error?.code == .failed)
            #expect(bad.error?.message == "on purpose")
            #expect(bad.error?.type == "Probe.ProbeError")
            #expect(bad.error?.details == ["message": "on purpose"])
            #expect(throws: BackplaneError.self) { try bad.get() }
            let thrown = await failure { try await manager.call("probe", "fail", "on purpose") }
            #expect(thrown == bad.error)
        }
    }

    @Test(arguments: Mounting.allCases)
    func `who and what there is not is not found, with the nearest name`(
        mounting: Mounting
    ) async throws {
        try await withManager { manager in
            try await mounting.register(on: manager)
            let service = await failure { try await manager.call("prob", "echo", 1) }
            #expect(service?.code == .notFound)
            #expect(service?.message.contains("'probe'") == true)
            let method = await failure { try await manager.call("probe", "ech", 1) }
            #expect(method?.code == .notFound)
            #expect(method?.message.contains("'echo'") == true)
        }
    }

    @Test(arguments: Mounting.allCases)
    func `cancelling the task cancels the call`(mounting: Mounting) async throws {
        try await withManager { manager in
            try await mounting.register(on: manager)
            try await manager.start()
            let task = Task { try await manager.call("probe", "sleep", 600_000) }
            task.cancel()
            let error = await failure { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }
}
