// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Testing

@testable import BackplaneHost

/// Nothing on a call's way needs the main thread.
struct MainThreadTests {
    @Test func `10,000 calls in each slot end while the main thread is blocked`() async throws {
        let host = try await TestHost(
            SlotKind.allCases.map {
                ServiceConfiguration(name: "\($0)", plugin: .name("Probe"), slot: $0)
            })
        let isDone = Monitor(false)
        let (isBlocked, blocks) = AsyncStream.makeStream(of: Void.self)
        let main = Task { @MainActor in
            blocks.finish()
            return Self.block(until: isDone)
        }
        for await _ in isBlocked {}
        try await withThrowingTaskGroup { tasks in
            for slot in SlotKind.allCases {
                for _ in 0..<10 {
                    tasks.addTask {
                        for number in 0..<1000 {
                            let value = try await host.call(
                                "\(slot).echo", .integer(Int64(number)))
                            #expect(value == .integer(Int64(number)))
                        }
                    }
                }
            }
            try await tasks.waitForAll()
        }
        isDone.withLock { $0 = true }
        isDone.notify(all: true)
        #expect(await main.value)
        try await host.stop()
    }

    /// Blocks the thread for two seconds, and until the calls have ended; says whether they have.
    private static func block(until isDone: Monitor<Bool>) -> Bool {
        let begin = Instant.now
        // So long it is blocked at least, whatever the calls do.
        _ = isDone.wait(until: begin.advanced(by: .seconds(2))) { _ in nil as Void? }
        return isDone.wait(until: begin.advanced(by: .seconds(300))) { $0 ? true : nil } ?? false
    }
}
