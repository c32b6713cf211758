// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Glibc

/// A thread for code that blocks, which the pool's threads must not run.
enum OwnThread {
    /// Runs `body` on a new thread, which runs where the process was put.
    static func run<Result: Sendable>(
        _ name: String, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let isStarted = Threads.start(name) {
                continuation.resume(with: Swift.Result { try body() })
            }
            if !isStarted { continuation.resume(throwing: ChildFailed(status: EAGAIN)) }
        }
    }
}
