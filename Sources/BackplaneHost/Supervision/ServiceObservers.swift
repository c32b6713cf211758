// SPDX-License-Identifier: Apache-2.0

/// Told as services come up or fail: the command line prints a line for each.
public final class ServiceObservers: Sendable {
    private let onReady: @Sendable (_ service: String, _ time: Duration) -> Void
    private let onFailure: @Sendable (_ service: String, _ reason: String) -> Void

    private let onSettled: @Sendable (_ ready: Int, _ all: Int) -> Void

    /// Makes observers of closures, called on any thread; they must not block.
    public init(
        ready: @escaping @Sendable (_ service: String, _ time: Duration) -> Void = { _, _ in },
        failed: @escaping @Sendable (_ service: String, _ reason: String) -> Void = { _, _ in },
        settled: @escaping @Sendable (_ ready: Int, _ all: Int) -> Void = { _, _ in }
    ) {
        onReady = ready
        onFailure = failed
        onSettled = settled
    }

    func ready(_ service: String, after time: Duration) { onReady(service, time) }
    func failed(_ service: String, because reason: String) { onFailure(service, reason) }
    func settled(ready: Int, of all: Int) { onSettled(ready, all) }
}
