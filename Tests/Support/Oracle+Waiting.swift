// SPDX-License-Identifier: Apache-2.0

public import Foundation

extension Oracle {
    /// Runs the script to its end, while other tests go on.
    ///
    /// Waiting for a process holds a thread. The pool that tests run on has few, so this takes one
    /// of its own.
    ///
    /// - Throws: As `run`.
    public func answer(to question: Data) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try run(input: question) })
            }
        }
    }
}
