// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport

/// The line of a closure that runs as a task to those who handle its messages and requests.
///
/// It is what `Comm` is for a plugin: copies may be kept and used anywhere; once the submission has
/// ended, using them throws.
public struct TaskComm: Sendable {
    let run: ClosureRun

    /// Who is speaking: never the same for two submissions.
    public var identifier: String { run.identifier }

    /// Whether nobody waits for the result any more.
    public var isCancelled: Bool { run.call.isUnwanted }

    /// Sends a message; suspends while there is no room for it.
    ///
    /// - Throws: `deadline-exceeded`, `cancelled`; `invalid-argument` when the value can't be encoded.
    public func send<T: Encodable & Sendable>(_ value: T) async throws(CallError) {
        let payload = try Payload.encoding(value, what: "message")
        while true {
            let room = Promise<Void>()
            let refusal = run.call.emit(
                payload, from: run, wait: .notify { room.keep(()) })
            guard let refusal else { return }
            guard refusal.code == .overloaded else { throw refusal }
            await room.value
        }
    }

    /// Sends a message; blocks the thread while there is no room for it.
    public func send<T: Encodable>(_ value: T) throws(CallError) {
        let payload = try Payload.encoding(value, what: "message")
        if let refusal = run.call.emit(payload, from: run, wait: .block) { throw refusal }
    }

    /// Sends a message if there is room for it now.
    ///
    /// - Returns: Whether it went.
    @discardableResult
    public func trySend<T: Encodable>(_ value: T) throws(CallError) -> Bool {
        let payload = try Payload.encoding(value, what: "message")
        guard let refusal = run.call.emit(payload, from: run, wait: .never) else { return true }
        guard refusal.code == .overloaded || run.call.has(.closed) else { throw refusal }
        return false
    }

    /// Closes the submission's messages and requests, while the closure goes on.
    ///
    /// Sending and asking throw `unavailable` from then on; `trySend` says `false`.
    public func close() {
        run.call.close()
    }

    /// Asks whoever handles the task's requests, and waits for the answer.
    ///
    /// - Parameter timeout: How long to wait; what is left of the submission when not given.
    /// - Throws: `unavailable` when nobody handles requests, `deadline-exceeded`, what the handler
    ///   refuses with, `incompatible` when the answer is no `Response`.
    public func request<Question: Encodable, Response: Decodable>(
        _ question: Question, as type: Response.Type = Response.self, timeout: Duration? = nil
    ) async throws(CallError) -> Response {
        let payload = try Payload.encoding(question, what: "request")
        let answer = Promise<Outcome>()
        run.call.ask(payload, from: run, timeout: timeout) { answer.keep($0) }
        return try await answer.value.get().decoded(as: type, what: "answer")
    }
}
