// SPDX-License-Identifier: Apache-2.0

/// Tells once that the services of a host are up or have failed, or that its end came first.
final class ReadySignal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that they are.
    func give() { continuation.yield() }

    /// Says that they won't be.
    func end() { continuation.finish() }

    /// Waits, for one task, once.
    ///
    /// - Returns: Whether they are.
    func wait() async -> Bool {
        for await _ in stream { return true }
        return false
    }
}
