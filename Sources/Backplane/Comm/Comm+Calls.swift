// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload
import CBackplane

extension Comm {
    /// Calls a method of a service, arguments by position, and waits for its result.
    ///
    /// ```swift
    /// let ids: [Int] = try await comm.call("tokenizer", "encode", "hello")
    /// ```
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - method: The method's name.
    ///   - arguments: The arguments in the order of the parameters.
    ///   - type: The type of the result; usually inferred.
    ///   - timeout: How long it may take; the callee's own time when not given, and never more than
    ///     the running call has left.
    /// - Throws: The callee's outcome; `incompatible` when the result is no `Result`.
    public func call<each Argument: Encodable, Result: Decodable>(
        _ service: String, _ method: String, _ arguments: repeat each Argument,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.arguments(repeat each arguments)
        return try await outcome("\(service).\(method)", payload, timeout).get(as: type)
    }

    /// Calls a method of a service, arguments by position; what it returns is not looked at.
    public func call<each Argument: Encodable>(
        _ service: String, _ method: String, _ arguments: repeat each Argument,
        timeout: Duration? = nil
    ) async throws(BackplaneError) {
        let payload = try Wire.arguments(repeat each arguments)
        try await outcome("\(service).\(method)", payload, timeout).check()
    }

    /// Calls a method of a service, arguments by name, and waits for its result.
    ///
    /// ```swift
    /// try await comm.call("tokenizer", "train", named: ["path": path, "vocabulary_size": 512])
    /// ```
    public func call<Result: Decodable>(
        _ service: String, _ method: String,
        named arguments: KeyValuePairs<String, any Encodable & Sendable>,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.arguments(named: arguments)
        return try await outcome("\(service).\(method)", payload, timeout).get(as: type)
    }

    /// Calls a method of a service, arguments by name; what it returns is not looked at.
    public func call(
        _ service: String, _ method: String,
        named arguments: KeyValuePairs<String, any Encodable & Sendable>, timeout: Duration? = nil
    ) async throws(BackplaneError) {
        let payload = try Wire.arguments(named: arguments)
        try await outcome("\(service).\(method)", payload, timeout).check()
    }

    /// Calls `service.method`, or a provided function, arguments by position.
    ///
    /// ```swift
    /// let ids: [Int] = try await comm.call("tokenizer.encode", with: "hello")
    /// ```
    public func call<each Argument: Encodable, Result: Decodable>(
        _ target: String, with arguments: repeat each Argument,
        as type: Result.Type = Result.self, timeout: Duration? = nil
    ) async throws(BackplaneError) -> Result {
        let payload = try Wire.arguments(repeat each arguments)
        return try await outcome(target, payload, timeout).get(as: type)
    }

    /// Calls `service.method`, or a provided function; what it returns is not looked at.
    public func call<each Argument: Encodable>(
        _ target: String, with arguments: repeat each Argument, timeout: Duration? = nil
    ) async throws(BackplaneError) {
        let payload = try Wire.arguments(repeat each arguments)
        try await outcome(target, payload, timeout).check()
    }

    /// Calls `service.method`, or a provided function, with arguments made elsewhere.
    ///
    /// - Parameter arguments: An array by position, a map by name, or the one argument.
    public func call<Result: Decodable>(
        _ target: String, arguments: Value, as type: Result.Type = Result.self,
        timeout: Duration? = nil
    ) async throws(BackplaneError) -> Result {
        try await outcome(target, try Wire.encodeBytes(arguments), timeout).get(as: type)
    }

    /// Calls the target, and waits for how it ends.
    ///
    /// The task's cancellation is passed on.
    ///
    /// Not inlined: each plugin would have it many times.
    @inline(never)
    func outcome(
        _ target: String, _ payload: Bytes, _ timeout: Duration?
    ) async throws(BackplaneError) -> Answer {
        let parent = try speaker
        guard !Task.isCancelled else { throw .taskCancelled }
        let reply = Reply(keeping: instance.buffers)
        let number = unsafe instance.host.call(
            parent: parent, flags: 0, target: target, payload,
            timeout: Duration.timeout(timeout), reply: Reply.callback,
            context: Unmanaged.passRetained(reply).toOpaque())
        return await withTaskCancellationHandler {
            await reply.value()
        } onCancel: {
            instance.host.cancel(number)
        }
    }

    /// Calls the target, blocks the thread until it has ended, and reads how.
    ///
    /// - Parameters:
    ///   - arguments: Encodes them, once.
    ///   - read: Reads the outcome.
    func outcomeBlocking<Result>(
        _ target: String, arguments: (inout ArgumentWriter) throws(BackplaneError) -> Void,
        read: (LentAnswer) throws(BackplaneError) -> Result
    ) throws(BackplaneError) -> Result {
        var writer = ArgumentWriter(in: EncodingMemory.take())
        defer { EncodingMemory.keep(writer.takeMemory()) }
        try arguments(&writer)
        let parent = try speaker
        return try unsafe BlockedReply.wait(
            keeping: instance.buffers,
            ask: { context in
                unsafe writer.lend { payload in
                    _ = unsafe instance.host.call(
                        parent: parent, flags: UInt32(BACKPLANE_REQUEST_BLOCKING), target: target,
                        payload, timeout: 0, reply: BlockedReply.callback, context: context)
                }
            }, read: read)
    }
}
