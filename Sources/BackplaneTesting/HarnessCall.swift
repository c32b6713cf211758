// SPDX-License-Identifier: Apache-2.0

public import Backplane

/// A call of the plugin under test that is under way.
public struct HarnessCall<Result: Decodable & Sendable>: Sendable {
    let call: HostedCall

    /// The messages in order, until the call ends.
    public var messages: Messages { Messages(call: call) }

    /// The result, once it is there.
    ///
    /// Cancelling the task that waits cancels the call.
    public var value: Result {
        get async throws(BackplaneError) {
            let answer = await withTaskCancellationHandler {
                await call.reply.value()
            } onCancel: {
                call.cancel()
            }
            return try answer.get(as: Result.self)
        }
    }

    /// Says that the outcome is no longer wanted.
    ///
    /// The plugin is told, and the call ends when the plugin ends it.
    public func cancel() { call.cancel() }

    /// The messages of a call, in order.
    public struct Messages: AsyncSequence, Sendable {
        let call: HostedCall

        /// Starts to consume them.
        public func makeAsyncIterator() -> Iterator { Iterator(call: call) }

        /// Takes one message after the other.
        public struct Iterator: AsyncIteratorProtocol {
            let call: HostedCall

            /// The next message, once it is there; nothing after the last.
            public mutating func next() async -> Message? {
                guard let message = await call.messages.next() else { return nil }
                call.consumed(1)
                return message
            }
        }
    }
}
