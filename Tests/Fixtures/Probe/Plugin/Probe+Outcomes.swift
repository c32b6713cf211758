// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc

/// Methods that end in all ways there are.
extension Probe {
    func echo(_ value: Value) -> Value { value }

    func fail(_ message: String) throws { throw ProbeError(message: message) }

    /// Throws an error of the SDK's for an argument of its own; it reaches the caller as `failed`.
    func invalid(_ message: String) throws { throw BackplaneError(.invalidArgument, message) }

    /// Computes for a while, and heeds no cancellation.
    func spin(_ milliseconds: Int) -> Int {
        let end = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
        var rounds = 0
        while ContinuousClock.now < end { rounds &+= 1 }
        return rounds
    }

    /// Computes until its outcome is no longer wanted.
    func spinUntilCancelled() throws {
        while !comm.isCancelled {}
        throw CancellationError()
    }

    /// Suspends for a while; cancellation ends it early.
    func sleep(_ milliseconds: Int) async throws -> Int {
        try await Task.sleep(for: .milliseconds(milliseconds))
        return milliseconds
    }

    /// Blocks its thread for a while.
    func block(_ milliseconds: Int) -> Int {
        let end = ContinuousClock.now.advanced(by: .milliseconds(milliseconds))
        while ContinuousClock.now < end { usleep(1000) }
        return milliseconds
    }

    func crash() { abort() }

    /// Dies unless the file `marker` is there, which it makes before; says that it was.
    func crashOnce(_ marker: String) -> String {
        let descriptor = unsafe open(marker, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        guard descriptor >= 0 else { return "ran again" }
        close(descriptor)
        abort()
    }

    func exit(_ code: Int32) { Glibc.exit(code) }
}
