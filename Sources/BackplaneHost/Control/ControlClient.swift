// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The other end of a control socket: plain, blocking, for one thread.
package final class ControlClient {
    private let socket: Int32
    private var splitter = LineSplitter(limit: ControlSession.lineLimit)
    private var waiting: [RPCMessage] = []
    private var input = [UInt8](repeating: 0, count: 64 << 10)
    private var lastIdentifier = 0

    /// Connects to the host that listens at `path`.
    package init(path: String) throws(ControlError) {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(AF_UNIX, kind, 0)
        guard socket >= 0 else { throw .system("socket", "for \(path)", code: .unreachable) }
        do {
            try unsafe ControlSocketAddress.with(path: path) { address, size throws(ControlError) in
                while unsafe connect(socket, address, size) != 0 {
                    if errno == EINTR { continue }
                    throw .system("connect", path, code: .unreachable)
                }
            }
        } catch {
            close(socket)
            throw error
        }
        self.socket = socket
    }

    deinit {
        close(socket)
    }

    /// Sends a request and does not wait for its answer.
    ///
    /// - Parameters:
    ///   - params: JSON: an object or an array.
    ///   - meta: JSON: an object that says what the caller takes.
    /// - Returns: The identifier that the answer will bear.
    package func send(
        _ method: String, params: String?, meta: String? = nil
    ) throws(ControlError) -> RPCIdentifier {
        lastIdentifier += 1
        let identifier = RPCIdentifier(lastIdentifier)
        try send(RPCText.call(method, identifier: identifier, params: params, meta: meta))
        return identifier
    }

    /// Sends a line.
    package func send(_ line: String) throws(ControlError) {
        let bytes = Array((line + "\n").utf8)
        guard bytes.count <= ControlSession.lineLimit else {
            throw ControlError(
                .malformed,
                "a line of \(bytes.count) bytes; it may have \(ControlSession.lineLimit)")
        }
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
                return unsafe Glibc.send(
                    socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno != EINTR {
                throw .system("send", "to the host", code: .closed)
            }
        }
    }

    /// Waits for the next thing the host says.
    package func receive() throws(ControlError) -> RPCMessage {
        while true {
            if !waiting.isEmpty { return waiting.removeFirst() }
            switch splitter.next() {
            case .line(let line): try take(line)
            case .tooLong: throw ControlError(.malformed, "the host sent a line that is too long")
            case nil: try read()
            }
        }
    }

    private func take(_ line: [UInt8]) throws(ControlError) {
        do {
            switch try RPCReader.read(line) {
            case .single(let message): waiting.append(message)
            case .batch(let messages): waiting += messages
            }
        } catch {
            throw ControlError(.malformed, "the host does not speak JSON-RPC: \(error.message)")
        }
    }

    private func read() throws(ControlError) {
        let count = unsafe recv(socket, &input, input.count, 0)
        if count > 0 {
            splitter.append(input[..<count])
        } else if count == 0 {
            throw ControlError(.closed, "the host closed the connection")
        } else if errno != EINTR {
            throw .system("recv", "from the host", code: .closed)
        }
    }
}
