// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Foundation
import Synchronization
import Testing

@testable import BackplaneHost

/// Nothing on a call's way needs the main thread.
struct MainThreadTests {
    private final class Progress: Sendable {
        let isDone = Atomic(false)
    }

    @Test func `10,000 calls in each slot end while the main thread is blocked`() async throws {
        let host = try await TestHost(
            SlotKind.allCases.map {
                ServiceConfiguration(name: "\($0)", plugin: .name("Probe"), slot: $0)
            })
        let progress = Progress()
        let (isBlocked, blocks) = AsyncStream.makeStream(of: Void.self)
        let main = Task { @MainActor in
            blocks.finish()
            return Self.block(until: progress)
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
        progress.isDone.store(true, ordering: .releasing)
        #expect(await main.value)
        try await host.stop()
    }

    /// Blocks the thread for two seconds, and until the calls have ended; says whether they have.
    private static func block(until progress: Progress) -> Bool {
        let begin = ContinuousClock.now
        let (least, most) = (begin + .seconds(2), begin + .seconds(300))
        while ContinuousClock.now < most {
            if progress.isDone.load(ordering: .acquiring), ContinuousClock.now > least {
                return true
            }
            usleep(10_000)
        }
        return false
    }
}
