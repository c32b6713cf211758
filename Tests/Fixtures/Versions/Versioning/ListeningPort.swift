// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Glibc

/// A TCP port of this machine that nobody else can have.
public final class ListeningPort: Sendable {
    private let number: UInt16
    private let socket: Int32

    /// Takes the port.
    ///
    /// - Throws: When somebody has it.
    public init(_ number: UInt16) throws(BackplaneError) {
        self.number = number
        socket = Self.makeSocket()
        // As servers do, since connections that were closed hold on to a port for a minute.
        var yes: Int32 = 1
        unsafe setsockopt(
            socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard unsafe Self.with(number, { unsafe bind(socket, $0, $1) }) == 0,
            listen(socket, 16) == 0
        else {
            let reason = unsafe String(cString: strerror(errno))
            close(socket)
            throw BackplaneError(.failed, "port \(number) can't be taken: \(reason)")
        }
    }

    deinit {
        close(socket)
    }

    /// Connects to the port, and takes that connection.
    public func connectToItself() throws(BackplaneError) {
        let client = Self.makeSocket()
        defer { close(client) }
        guard unsafe Self.with(number, { unsafe connect(client, $0, $1) }) == 0 else {
            throw BackplaneError(.failed, "port \(number) can't be reached")
        }
        let server = accept(socket, nil, nil)
        guard server >= 0 else {
            throw BackplaneError(.failed, "port \(number) takes no connection")
        }
        close(server)
    }

    private static func makeSocket() -> Int32 {
        Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func with(
        _ number: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: a sockaddr_in is read as the sockaddr that it begins with, for the call alone.
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, size)
            }
        }
    }
}
