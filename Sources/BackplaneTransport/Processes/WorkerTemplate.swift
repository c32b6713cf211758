// SPDX-License-Identifier: Apache-2.0

/// A process that has a plugin open, and from which workers are forked that share its memory until
/// they write to it.
///
/// It is a child of this process, as the fork server is that made it, and outlives that. It ends when
/// it is told to, when nobody holds it any more, and with this process. Workers that are left then go
/// on, or not, as after the death of a fork server.
public final class WorkerTemplate: Sendable {
    /// The process.
    public let pid: Int32
    let connection: ForkConnection

    init(_ connection: ForkConnection) {
        self.connection = connection
        pid = connection.pid
    }

    deinit {
        connection.hangUp()
    }

    /// Whether workers can be had from it.
    public var isRunning: Bool { !connection.hasEnded }

    /// Ends it.
    public func end() {
        connection.hangUp()
    }
}
