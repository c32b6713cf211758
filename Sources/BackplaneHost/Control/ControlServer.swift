// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc

/// The control socket: accepts connections and serves each on a thread of its own.
final class ControlServer: Sendable {
    /// Where it listens, and for whom.
    struct Settings: Sendable {
        /// The absolute path of the socket.
        var path: String
        /// The permission bits of its file.
        var mode: UInt32 = 0o600
        /// The group that its file belongs to and that may connect; nil for none.
        var group: gid_t?
        /// How many connections there may be at once.
        var connectionLimit = 128
    }

    private struct State {
        var connections: [UInt64: ControlConnection] = [:]
        var lastConnection: UInt64 = 0
        var isClosed = false
    }

    private let settings: Settings
    private let gateway: any CallGateway
    private let isRefused: @Sendable (pid_t) -> Bool
    private let bell: Bell
    private let listener: ControlListener
    private let state = Monitor(State())

    /// Opens the socket; `start` accepts connections.
    ///
    /// - Parameter isRefused: Says which processes may not connect, whoever they run as.
    init(
        _ settings: Settings, gateway: any CallGateway,
        refusing isRefused: @escaping @Sendable (pid_t) -> Bool = { _ in false }
    ) throws(ControlError) {
        self.settings = settings
        self.gateway = gateway
        self.isRefused = isRefused
        bell = try Bell()
        listener = try ControlListener(
            path: settings.path, mode: settings.mode, group: settings.group)
    }

    /// Begins to accept connections.
    func start() throws(ControlError) {
        guard Threads.start("control", { self.accept() }) else {
            throw ControlError(.system, "no thread for the control socket")
        }
    }

    /// How many connections there are.
    var connectionCount: Int { state.withLock { $0.connections.count } }

    /// Stops accepting and takes the socket's file away.
    ///
    /// Connections go on.
    func stopAccepting() {
        state.withLock { $0.isClosed = true }
        bell.ring()
        listener.remove()
    }

    /// Ends the connections: what runs is waited for and answered for as long as `grace`.
    ///
    /// Blocks.
    func close(within grace: Duration) {
        stopAccepting()
        let connections = state.withLock { Array($0.connections.values) }
        for connection in connections { connection.close(within: grace) }
        _ = becomes(connections: 0, within: grace + .seconds(1))
    }

    /// Waits until there are so many connections.
    ///
    /// Blocks.
    ///
    /// - Returns: Whether it came to that in time.
    func becomes(connections count: Int, within time: Duration = .seconds(10)) -> Bool {
        let end = Instant.now.advanced(by: time)
        return state.wait(until: end) { $0.connections.count == count ? true : nil } ?? false
    }

    private func accept() {
        while !state.withLock(\.isClosed) {
            switch listener.accept(unless: bell.descriptor) {
            case .connection(let socket): admit(socket)
            case .exhausted:
                // No descriptors left: wait a little, since poll would report the same at once.
                var descriptor = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&descriptor, 1, 100)
            case .nothing: continue
            }
        }
    }

    private func admit(_ socket: Int32) {
        if let error = refusal(of: socket) {
            let line = RPCText.answer(.null, error: RPCError(error)) + "\n"
            let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
            _ = unsafe send(socket, line, line.utf8.count, flags)
            Glibc.close(socket)
            return
        }
        guard let connection = try? ControlConnection(socket: socket, gateway: gateway) else {
            // No descriptors for it: as if it had not been accepted.
            Glibc.close(socket)
            return
        }
        let number: UInt64? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.lastConnection += 1
            state.connections[state.lastConnection] = connection
            return state.lastConnection
        }
        guard let number else { return }
        state.notify(all: true)
        let isStarted = Threads.start("connection") {
            connection.run()
            self.forget(number)
        }
        if !isStarted { forget(number) }
    }

    private func forget(_ number: UInt64) {
        state.withLock { _ = $0.connections.removeValue(forKey: number) }
        state.notify(all: true)
    }

    private func refusal(of socket: Int32) -> CallError? {
        guard connectionCount < settings.connectionLimit else {
            return CallError(
                .overloaded,
                "the host has \(settings.connectionLimit) connections and takes no more")
        }
        guard let peer = try? PeerCredentials(of: socket) else {
            // It has gone, or the kernel does not know it: nobody to serve.
            return CallError(.permissionDenied, "the host cannot tell who connects")
        }
        guard peer.mayControl(hostOf: geteuid(), openedFor: settings.group) else {
            return CallError(.permissionDenied, "user \(peer.user) may not control this host")
        }
        guard !isRefused(peer.process) else {
            return CallError(.permissionDenied, "a worker may not control its own host")
        }
        return nil
    }
}
