// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import CBackplane

extension Comm {
    /// Asks the caller of the running call, or outside of one the service's configured answerer.
    ///
    /// Blocks the thread until the answer is there.
    ///
    /// - Parameter timeout: How long to wait; what is left of the call when not given.
    /// - Throws: `unavailable` when nobody answers requests or the call was closed, `deadline-exceeded`,
    ///   what the answerer refuses with, `incompatible` when the answer is no `Response`.
    public func request<Question: Encodable, Response: Decodable>(
        _ question: Question, as type: Response.Type = Response.self, timeout: Duration? = nil
    ) throws(BackplaneError) -> Response {
        let payload = try Wire.encodeBytes(question, what: "request")
        let speaker = try sender
        return try unsafe BlockedReply.wait(
            keeping: instance.buffers,
            ask: { context in
                unsafe instance.host.request(
                    speaker, payload, timeout: Duration.timeout(timeout),
                    reply: BlockedReply.callback, context: context)
            }, read: { (answer) throws(BackplaneError) in try LentAnswer.decoded(answer) })
    }

    /// Asks the caller of the running call, or outside of one the service's configured answerer.
    ///
    /// Suspends until the answer is there.
    ///
    /// - Parameter timeout: How long to wait; what is left of the call when not given.
    /// - Throws: As the synchronous form; `cancelled` when the task is.
    public func request<Question: Encodable, Response: Decodable>(
        _ question: Question, as type: Response.Type = Response.self, timeout: Duration? = nil
    ) async throws(BackplaneError) -> Response {
        let payload = try Wire.encodeBytes(question, what: "request")
        let speaker = try sender
        let reply = Reply(keeping: instance.buffers)
        unsafe instance.host.request(
            speaker, payload, timeout: Duration.timeout(timeout), reply: Reply.callback,
            context: Unmanaged.passRetained(reply).toOpaque())
        return try await reply.valueUnlessCancelled().get(as: type)
    }
}

extension Reply {
    /// The answer, or `cancelled` as soon as the task is; an answer that comes later is dropped.
    func valueUnlessCancelled() async -> Answer {
        await withTaskCancellationHandler {
            await value()
        } onCancel: {
            give(.error(.taskCancelled))
        }
    }
}

extension BackplaneError {
    static var taskCancelled: BackplaneError {
        BackplaneError(.cancelled, "the task was cancelled")
    }
}
