// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// One running fork server: its process, its control socket, the requests under way.
final class ForkConnection: Sendable {
    final class Completion: Sendable {
        let call: @Sendable (Result<WorkerProcess, TransportError>) -> Void
        init(_ call: @escaping @Sendable (Result<WorkerProcess, TransportError>) -> Void) {
            self.call = call
        }
    }

    private struct Pending {
        var ends: WorkerEnds
        var completion: Completion
    }

    private struct State {
        var pending: [UInt64: Pending] = [:]
        var failure: TransportError?
        var tag: UInt64 = 0
        var isReaped = false
    }

    let pid: pid_t
    private let pidfd: CInt
    private let control: CInt
    private let executable: String
    private let readers: ReaderThreads
    private let startedAt = Instant.now
    private let state = Mutex(State())

    /// Starts a fork server.
    ///
    /// - Parameter readers: Read what its workers send.
    init(
        executable: String, environment: [String], readers: ReaderThreads
    ) throws(TransportError) {
        var pair: [CInt] = [-1, -1]
        guard unsafe clinux_packet_pair(&pair) == 0 else { throw .lastError("socketpair") }
        defer { close(pair[1]) }
        do throws(TransportError) {
            pid = try SpawnThread.shared.spawn(
                executable, arguments: ["--fork-server", String(getpid())],
                environment: environment, control: pair[1])
        } catch {
            close(pair[0])
            throw error
        }
        self.executable = executable
        self.readers = readers
        control = pair[0]
        _ = clinux_set_nonblocking(control, 1)
        pidfd = clinux_pidfd_open(pid)
    }

    deinit {
        if !state.withLock({ $0.isReaped }) {
            kill()
            var end = clinux_exit()
            _ = unsafe clinux_wait_for(pid, &end)
        }
        close(control)
        close(pidfd)
    }

    /// How long it has been running.
    var age: UInt64 { Instant.now.nanoseconds(since: startedAt) }

    func attach(
        to reactor: Reactor,
        report: @escaping @Sendable (ForkReport, ForkConnection) -> Void,
        ended: @escaping @Sendable (ForkConnection, WorkerExit) -> Void
    ) throws(TransportError) {
        let tag = try reactor.add(control) { [self] in
            guard let failure = receive(report) else { return }
            reactor.remove(state.withLock { $0.tag }, control)
            ended(self, end(failure))
        }
        state.withLock { $0.tag = tag }
    }

    /// Sends a request; the completion is called later, or at once if it can't be sent.
    func send(
        _ request: UInt64, _ packet: [UInt8], _ ends: WorkerEnds, completion: Completion
    ) {
        defer { ends.closePeer() }
        let failure = state.withLock { state in
            if state.failure == nil {
                state.pending[request] = Pending(ends: ends, completion: completion)
            }
            return state.failure
        }
        if let failure { return completion.call(.failure(failure)) }
        let descriptors = ends.peer.all
        let sent = unsafe clinux_send_packet(
            control, packet, packet.count, descriptors, descriptors.count)
        if sent < 0 {
            let error = TransportError.lastError("sending to the fork server")
            take(request)?.completion.call(.failure(error))
        }
    }

    func isWaiting(for request: UInt64) -> Bool {
        state.withLock { $0.pending[request] != nil }
    }

    func kill() {
        _ = clinux_pidfd_send_signal(pidfd, SIGKILL)
    }

    func hangUp() {
        shutdown(control, CInt(SHUT_RDWR))
    }

    private func take(_ request: UInt64) -> Pending? {
        state.withLock { $0.pending.removeValue(forKey: request) }
    }

    /// Takes all reports there are; the reason when there will be no more.
    private func receive(_ report: (ForkReport, ForkConnection) -> Void) -> TransportError? {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            var descriptor: CInt = -1
            var count = 1
            let size = unsafe clinux_receive_packet(
                control, &buffer, buffer.count, &descriptor, &count, 0)
            if size < 0 {
                if errno == EAGAIN { return nil }
                return .lastError("receiving from the fork server")
            }
            guard size > 0 else { return TransportError(.closed, "the fork server has ended") }
            do throws(TransportError) {
                try handle(
                    ForkReport(packet: Array(buffer.prefix(size))),
                    descriptor: count == 1 ? descriptor : nil, report)
            } catch {
                if count == 1 { close(descriptor) }
                return error
            }
        }
    }

    private func handle(
        _ packet: ForkReport, descriptor: CInt?,
        _ report: (ForkReport, ForkConnection) -> Void
    ) throws(TransportError) {
        switch packet {
        case .ready(let version):
            guard version == ForkRequest.protocolVersion else {
                throw TransportError(
                    .malformed,
                    "\(executable) speaks version \(version) of the fork server's protocol, "
                        + "this host \(ForkRequest.protocolVersion); install both from one build")
            }
        case .spawned(let request, let pid):
            guard let descriptor, let pending = take(request) else {
                throw TransportError(.malformed, "the fork server reports a worker nobody wanted")
            }
            let worker = WorkerProcess(
                pid: pid, pidfd: descriptor, channel: pending.ends.channel,
                log: pending.ends.takeLog(), readers: readers)
            pending.completion.call(.success(worker))
        case .refused(let request, let message):
            guard let pending = take(request) else { return }
            pending.completion.call(.failure(TransportError(.system, message)))
        case .exited:
            report(packet, self)
        }
    }

    /// Makes sure that it is gone, and fails what was under way.
    private func end(_ failure: TransportError) -> WorkerExit {
        kill()
        var end = clinux_exit()
        let isReaped = unsafe clinux_wait_for(pid, &end) == 0
        let pending = state.withLock { state in
            state.failure = failure
            state.isReaped = true
            defer { state.pending = [:] }
            return state.pending
        }
        for entry in pending.values {
            entry.completion.call(.failure(failure))
        }
        return isReaped ? WorkerExit(end) : WorkerExit(pid: pid, reason: .unknown)
    }
}
