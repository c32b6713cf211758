// SPDX-License-Identifier: Apache-2.0

import Glibc

@testable import BackplaneHost

/// A peer that says lines as they are and reads lines as they come.
final class FakePeer {
    private let socket: Int32
    private var splitter = LineSplitter(limit: 64 << 20)
    private(set) var isClosed = false

    init(path: String) throws {
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        try unsafe ControlSocketAddress.with(path: path) { address, size throws(ControlError) in
            guard unsafe connect(socket, address, size) == 0 else {
                close(socket)
                throw .system("connect", path)
            }
        }
        self.socket = socket
    }

    deinit {
        close(socket)
    }

    func send(_ line: String) throws { try sendRaw(Array("\(line)\n".utf8)) }

    func sendRaw(_ bytes: [UInt8]) throws {
        sendIfOpen(bytes)
        if isClosed { throw ControlError(.closed, "closed while sending") }
    }

    func sendIfOpen(_ bytes: [UInt8]) {
        var sent = 0
        while sent < bytes.count, !isClosed {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
                return unsafe Glibc.send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 { sent += count } else { isClosed = true }
        }
    }

    func stopSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// The next line; an error at the end of the connection, or when none comes.
    func line() throws(ControlError) -> String {
        var input = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if case .line(let line) = splitter.next() {
                return String(decoding: line, as: UTF8.self)
            }
            // A test that waits for what never comes fails instead of hanging.
            var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&waiting, 1, 20_000)
            let count = unsafe recv(socket, &input, input.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { throw .system("recv", "from the server", code: .closed) }
            splitter.append(input[..<count])
        }
    }
}
