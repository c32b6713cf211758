// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Synchronization
public import Versioning

/// Listens on the TCP port of its configuration from `start` to `stop`: two generations of it can't
/// run at once.
public final class Listener: Versioned {
    /// Its port, beside what every version has.
    public static let manifest = Manifest<Listener>("listener", version: "1.0.0") {
        versionedMethods()
        Method("port", Listener.port, idempotent: true, summary: "Where it listens.")
        Method("ping", Listener.ping, idempotent: true, summary: "Answers, if its port is its own.")
    }

    private struct Settings: Decodable {
        let port: UInt16
    }

    /// The instance's line to its host.
    public let comm: Comm
    private let number: UInt16
    private let socket = Mutex<ListeningPort?>(nil)

    /// Makes an instance that listens to nobody yet.
    public init(_ comm: Comm) throws {
        self.comm = comm
        number = try comm.configuration(as: Settings.self).port
    }

    /// Takes the port.
    public func start() throws {
        let port = try ListeningPort(number)
        socket.withLock { $0 = port }
    }

    /// Gives the port back.
    public func stop() {
        socket.withLock { $0 = nil }
    }

    func port() -> Int { Int(number) }

    /// Connects to the port and takes the connection: whoever else had it would have it.
    func ping() throws -> VersionedAnswer {
        try socket.withLock { port in
            guard let port else {
                throw BackplaneError(.unavailable, "port \(number) is not open")
            }
            try port.connectToItself()
        }
        return me
    }
}
