// SPDX-License-Identifier: Apache-2.0

/// How a submission failed.
public struct TaskException: Sendable {
    /// Which one.
    public let submission: Submission

    /// A closure's own error; the `CallError` of a service's method.
    public let error: any Error
}
