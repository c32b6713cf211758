// SPDX-License-Identifier: Apache-2.0

public import BackplanePayload

extension ServiceCall {
    /// The call's messages, in order; the call's error is thrown after the last.
    ///
    /// Asked for before the call begins, none is missed. A reader that is slow slows the sender
    /// down: at most 256 messages, or 16 MiB of them, wait to be read. Read either these or
    /// `events`.
    public var messages: Messages<Value> { Messages(self) { $0 } }

    /// The call's messages as values of one type.
    ///
    /// One that is something else ends the reading with `incompatible`.
    public func messages<Data: Decodable & Sendable>(of type: Data.Type) -> Messages<Data> {
        Messages(self) { try $0.decoded(as: type) }
    }

    /// Everything that happens in the call, in order: opened first, closed last.
    ///
    /// Who reads this answers the requests, unless a handler does.
    public var events: Events { Events(self) }

    /// The messages of a call, in order.
    public struct Messages<Data: Sendable>: AsyncSequence, Sendable {
        typealias Read = @Sendable (Message<Value>) throws -> Message<Data>

        private let call: ServiceCall
        private let read: Read

        init(_ call: ServiceCall, read: @escaping Read) {
            call.want(allEvents: false)
            self.call = call
            self.read = read
        }

        /// Begins the call and starts to read.
        public func makeAsyncIterator() -> Iterator {
            Iterator(reader: Reader(call), read: read)
        }

        /// Reads one message after the other.
        public struct Iterator: AsyncIteratorProtocol {
            let reader: Reader
            let read: Read

            // Specialised, as what is made of a type that is not known would be looked up for each message.

            /// The next message, once it is there; nothing after the last.
            ///
            /// - Throws: The `CallError` that the call ended with; `CancellationError` when the task
            ///   was cancelled, and the call with it.
            @_specialize(where Data == Value)
            public mutating func next() async throws -> Message<Data>? {
                while let event = try await reader.call.nextEvent() {
                    switch event {
                    case .message(let message): return try read(message)
                    case .closed(.failed(let error)): throw error
                    case .opened, .request, .closed(.returned), .closed(.byMethod): continue
                    }
                }
                return nil
            }
        }
    }

    /// The events of a call, in order.
    public struct Events: AsyncSequence, Sendable {
        private let call: ServiceCall

        init(_ call: ServiceCall) {
            call.want(allEvents: true)
            self.call = call
        }

        /// Begins the call and starts to read.
        public func makeAsyncIterator() -> Iterator { Iterator(reader: Reader(call)) }

        /// Reads one event after the other.
        public struct Iterator: AsyncIteratorProtocol {
            let reader: Reader

            /// The next event, once it is there; nothing after `closed`.
            ///
            /// - Throws: `CancellationError` when the task was cancelled, and the call with it.
            public mutating func next() async throws -> CallEvent? {
                try await reader.call.nextEvent()
            }
        }
    }

    /// Somebody who reads the call's news, for as long as it lives.
    final class Reader: Sendable {
        let call: ServiceCall

        init(_ call: ServiceCall) {
            self.call = call
            call.readerCame()
        }

        deinit { call.readerLeft() }
    }
}
