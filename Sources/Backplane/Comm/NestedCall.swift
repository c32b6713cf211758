// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload
import CBackplane

/// A call of another service that is under way: its messages, and its result.
///
/// ```swift
/// let training = try comm.begin("tokenizer", "train", path, 512, as: Report.self)
/// for await message in training.messages { … }
/// let report = try await training.value
/// ```
///
/// It is cancelled with the running call that it is nested under, and by ``cancel()``.
public struct NestedCall<Result: Decodable & Sendable>: Sendable {
    let channel: CallChannel
    let number: UInt64
    let instance: InstanceCore

    /// The messages in order, until the call ends.
    ///
    /// One consumer.
    ///
    /// A consumer that is slow slows the callee down. Who wants messages takes this before
    /// ``value``, which throws messages away that nobody has asked for.
    public var messages: Messages {
        channel.messages.want()
        return Messages(channel: channel)
    }

    /// The result, once it is there.
    ///
    /// Cancelling the task that waits cancels the call.
    public var value: Result {
        get async throws(BackplaneError) {
            channel.acknowledge(channel.messages.discardUnlessWanted())
            let answer = await withTaskCancellationHandler {
                await channel.reply.value()
            } onCancel: {
                instance.host.cancel(number)
            }
            return try answer.get(as: Result.self)
        }
    }

    /// Says that the outcome is no longer wanted.
    ///
    /// ``value`` still ends, as the call does.
    public func cancel() { instance.host.cancel(number) }

    /// The messages of a nested call, in order.
    public struct Messages: AsyncSequence, Sendable {
        let channel: CallChannel

        /// Starts to consume them.
        public func makeAsyncIterator() -> Iterator { Iterator(channel: channel) }

        /// Takes one message after the other.
        public struct Iterator: AsyncIteratorProtocol {
            let channel: CallChannel

            /// The next message, once it is there; nothing after the last.
            public mutating func next() async -> Message? {
                guard let message = await channel.messages.next() else { return nil }
                channel.acknowledge(1)
                return message
            }
        }
    }
}

extension Comm {
    /// Begins a call of a method of a service, to take its messages or answer its requests.
    ///
    /// - Parameters:
    ///   - service: The service's name.
    ///   - method: The method's name.
    ///   - arguments: The arguments in the order of the parameters.
    ///   - type: The type of the result.
    ///   - timeout: How long it may take; the callee's own time when not given, and never more than
    ///     the running call has left.
    ///   - answerer: Answers the call's requests, one after the other; without it, they are
    ///     refused as `unavailable`.
    public func begin<each Argument: Encodable, Result: Decodable & Sendable>(
        _ service: String, _ method: String, _ arguments: repeat each Argument,
        as type: Result.Type = Result.self, timeout: Duration? = nil,
        onRequest answerer: (@Sendable (Message) async throws -> any Encodable & Sendable)? = nil
    ) throws(BackplaneError) -> NestedCall<Result> {
        try begin(
            target: "\(service).\(method)", payload: Wire.arguments(repeat each arguments),
            timeout: timeout, answerer: answerer)
    }

    /// Begins a call of `service.method`, to take its messages or answer its requests.
    public func begin<each Argument: Encodable, Result: Decodable & Sendable>(
        _ target: String, with arguments: repeat each Argument,
        as type: Result.Type = Result.self, timeout: Duration? = nil,
        onRequest answerer: (@Sendable (Message) async throws -> any Encodable & Sendable)? = nil
    ) throws(BackplaneError) -> NestedCall<Result> {
        try begin(
            target: target, payload: Wire.arguments(repeat each arguments), timeout: timeout,
            answerer: answerer)
    }

    /// Begins a call with arguments made elsewhere, to take its messages or answer its requests.
    ///
    /// - Parameter arguments: An array by position, a map by name, or the one argument.
    public func begin<Result: Decodable & Sendable>(
        _ target: String, arguments: Value, as type: Result.Type = Result.self,
        timeout: Duration? = nil,
        onRequest answerer: (@Sendable (Message) async throws -> any Encodable & Sendable)? = nil
    ) throws(BackplaneError) -> NestedCall<Result> {
        try begin(
            target: target, payload: Wire.encodeBytes(arguments), timeout: timeout,
            answerer: answerer)
    }

    private func begin<Result: Decodable & Sendable>(
        target: String, payload: Bytes, timeout: Duration?, answerer: CallChannel.Answerer?
    ) throws(BackplaneError) -> NestedCall<Result> {
        let channel = CallChannel(instance: instance, answerer: answerer)
        let number = channel.open(
            parent: try speaker, target: target, payload, timeout: Duration.timeout(timeout))
        return NestedCall(channel: channel, number: number, instance: instance)
    }
}
