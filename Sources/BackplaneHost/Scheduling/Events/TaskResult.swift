// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload
public import BackplaneTransport

/// What a submission gave.
public struct TaskResult: Sendable {
    /// Which one.
    public let submission: Submission

    /// The result as it came: one CBOR item.
    public let payload: Payload

    /// The result.
    public var value: Value { payload.value }

    /// The result as a type.
    ///
    /// - Throws: `incompatible` when it is something else.
    public func decoded<Result: Decodable>(
        as type: Result.Type = Result.self
    ) throws(CallError) -> Result {
        try payload.decoded(as: type, what: "result of \(submission.task.name)")
    }
}
