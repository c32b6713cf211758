// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc
internal import Synchronization

/// One connection of the control socket, with a thread of its own that reads, decides and writes.
///
/// A peer that reads slowly slows down only what is its own: while more than `outboxLimit` bytes wait
/// for it, neither its requests nor its calls' messages are taken up.
final class ControlConnection: Sendable {
    /// How many bytes may wait for the peer before it has to read.
    static let outboxLimit = 1 << 20

    private let socket: Int32
    private let gateway: any CallGateway
    private let bell: Bell
    private let mailbox: ControlMailbox
    /// When the connection is to be over at the latest, once it has been told to end.
    private let end = Mutex<Instant?>(nil)

    /// - Parameter socket: Connected; closed with the connection's end.
    init(socket: Int32, gateway: any CallGateway) throws(ControlError) {
        self.socket = socket
        self.gateway = gateway
        bell = try Bell()
        mailbox = ControlMailbox(bell: bell)
    }

    deinit {
        Glibc.close(socket)
    }

    /// Ends the connection: nothing is read any more, and what runs is waited for and answered
    /// for as long as `grace`.
    ///
    /// Any thread.
    func close(within grace: Duration) {
        end.withLock { $0 = .now.advanced(by: grace) }
        bell.ring()
    }

    /// Serves the peer until it goes away or the connection is closed.
    func run() {
        var loop = Loop(connection: self)
        loop.run()
    }

    /// What only the connection's thread touches.
    private struct Loop {
        let connection: ControlConnection
        var session: ControlSession
        var splitter = LineSplitter(limit: ControlSession.lineLimit)
        var outbox = Outbox()
        var input = [UInt8](repeating: 0, count: 64 << 10)
        /// Whether more may come from the peer.
        var isReadable = true
        /// Whether the peer still reads.
        var isWritable = true
        var events: [ControlEvent] = []

        init(connection: ControlConnection) {
            self.connection = connection
            session = ControlSession(mailbox: connection.mailbox)
        }

        var isCrowded: Bool { outbox.count > ControlConnection.outboxLimit }

        mutating func run() {
            while true {
                connection.bell.silence()
                let end = connection.end.withLock(\.self)
                if end != nil { isReadable = false }
                handleEvents()
                read()
                flush()
                if !isReadable, session.isIdle && outbox.isEmpty && events.isEmpty || !isWritable {
                    break
                }
                if let end, end <= .now { break }
                wait(until: end)
            }
            perform(session.close())
            outbox.discard()
            connection.mailbox.close()
            shutdown(connection.socket, Int32(SHUT_RDWR))
        }

        /// Takes up what the calls have left, as long as the peer keeps up.
        private mutating func handleEvents() {
            if events.isEmpty { events = connection.mailbox.take() }
            while !events.isEmpty {
                var handled = 0
                while handled < events.count, !isCrowded {
                    perform(session.handle(events[handled]))
                    handled += 1
                }
                events.removeFirst(handled)
                guard events.isEmpty else { return flush() }
                events = connection.mailbox.take()
            }
        }

        /// Takes up what the peer has said, as long as it keeps up.
        ///
        /// - Returns: Whether something came in, so that there may be more.
        @discardableResult
        private mutating func read() -> Bool {
            takeLines()
            guard isReadable, !isCrowded else { return false }
            let flags = Int32(MSG_DONTWAIT)
            let count = unsafe recv(connection.socket, &input, input.count, flags)
            if count > 0 {
                splitter.append(input[..<count])
                takeLines()
            } else if count == 0 {
                if let piece = splitter.last() { take(piece) }
                isReadable = false
            } else if errno != EAGAIN, errno != EINTR {
                isReadable = false
                isWritable = false
            }
            return count > 0
        }

        private mutating func takeLines() {
            while isReadable, !isCrowded, let piece = splitter.next() { take(piece) }
        }

        private mutating func take(_ piece: LineSplitter.Piece) {
            switch piece {
            case .line(let line):
                perform(session.receive(line))
            case .tooLong:
                perform(session.receiveTooLong())
                perform(session.close())
                isReadable = false
            }
        }

        private mutating func perform(_ actions: [ControlSession.Action]) {
            for action in actions {
                switch action {
                case .send(let line, let call): outbox.append(line, of: call)
                case .start(let call, let request): call.start(request, through: connection.gateway)
                case .cancel(let call): call.cancel()
                case .respond(let question, let outcome): question.respond(outcome)
                }
            }
        }

        private mutating func flush() {
            guard isWritable else { return outbox.discard() }
            let socket = connection.socket
            while !outbox.isEmpty {
                var failure: Int32 = 0
                let before = outbox.count
                unsafe outbox.write { bytes in
                    let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
                    let count = unsafe send(socket, bytes.baseAddress, bytes.count, flags)
                    if count < 0 { failure = errno }
                    return max(count, 0)
                }
                if failure == EAGAIN { return }
                if failure != 0, failure != EINTR {
                    isWritable = false
                    return outbox.discard()
                }
                if outbox.count == before, failure == 0 { return }
            }
        }

        /// Sleeps until there is something to do.
        private mutating func wait(until end: Instant?) {
            var interest = Int32(0)
            if isReadable, !isCrowded { interest |= POLLIN }
            if !outbox.isEmpty { interest |= POLLOUT }
            var descriptors = [
                pollfd(fd: connection.socket, events: Int16(interest), revents: 0),
                pollfd(fd: connection.bell.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let milliseconds = end.map { $0.nanoseconds(since: .now) / 1_000_000 + 1 }
            let timeout = milliseconds.map { Int32(clamping: $0) } ?? -1
            guard unsafe poll(&descriptors, 2, timeout) > 0 else { return }
            let happened = Int32(descriptors[0].revents)
            if happened & (POLLHUP | POLLERR) != 0 {
                // Gone for good. What it has sent is still read; nothing reaches it any more.
                isWritable = false
                outbox.discard()
                while read() { outbox.discard() }
                isReadable = false
            }
        }
    }
}
