// SPDX-License-Identifier: Apache-2.0

/// Why a scheduler's run ended.
public struct ExitState: Sendable {
    /// The kinds of ends.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Somebody stopped it.
        case stopped
        /// Its time was over.
        case timeout
        /// Nothing was left to run.
        case exhausted
        /// A submission was cancelled, or the task that ran the scheduler.
        case cancelled
        /// A submission failed, or a handler threw.
        case exception
    }

    /// The kind of end.
    public let code: Code

    /// What `stop` was told.
    public let message: String?

    /// Of `exception` and `cancelled`: what was thrown.
    public let error: (any Error)?

    init(_ code: Code, message: String? = nil, error: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.error = error
    }
}

extension ExitState: CustomStringConvertible {
    /// The code, and what is known of the reason: `stopped: enough`.
    public var description: String {
        let reason = message ?? error.map { "\($0)" }
        return reason.map { "\(code.rawValue): \($0)" } ?? code.rawValue
    }
}
