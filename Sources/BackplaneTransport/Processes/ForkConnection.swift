// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// One running process that forks others, a fork server or a template: the process, its control
/// socket, the requests under way.
///
/// Either is a child of this process, and waited for here.
final class ForkConnection: Sendable {
    /// A child that was forked: its number, and a pidfd that is the receiver's to close.
    struct Forked: Sendable {
        var pid: Int32
        var pidfd: CInt
    }

    /// What to do with a child, or with the reason why there is none.
    final class Completion: Sendable {
        let call: @Sendable (ForkConnection, Result<Forked, TransportError>) -> Void
        init(_ call: @escaping @Sendable (ForkConnection, Result<Forked, TransportError>) -> Void) {
            self.call = call
        }
    }

    struct State {
        var pending: [UInt64: Completion] = [:]
        /// Requests that its socket had no room for, and whether a thread is at them.
        var late: [LateRequest] = []
        var isSendingLate = false
        var failure: TransportError?
        var isReaped = false
    }

    /// So long it may take to end once it can't be spoken to.
    private static let leavePatience: UInt64 = 1_000_000_000

    let pid: pid_t
    private let pidfd: CInt
    let control: CInt
    /// What messages call it.
    let name: String
    /// Whether it is a fork server.
    private let makesTemplates: Bool
    private let startedAt = Instant.now
    let state = Mutex(State())

    /// Starts a fork server.
    convenience init(executable: String, environment: [String]) throws(TransportError) {
        var pair: [CInt] = [-1, -1]
        guard unsafe clinux_packet_pair(&pair) == 0 else { throw .lastError("socketpair") }
        defer { close(pair[1]) }
        let pid: pid_t
        do throws(TransportError) {
            pid = try SpawnThread.shared.spawn(
                executable,
                arguments: ["--fork-server", String(getpid()), String(clinux_first_open_files())],
                environment: environment, control: pair[1])
        } catch {
            close(pair[0])
            throw error
        }
        let pidfd = clinux_pidfd_open(pid)
        guard pidfd >= 0 else {
            // Nobody could see it end.
            let error = TransportError.lastError("pidfd_open")
            Glibc.kill(pid, SIGKILL)
            var end = clinux_exit()
            _ = unsafe clinux_wait_for(pid, &end)
            close(pair[0])
            throw error
        }
        self.init(
            Forked(pid: pid, pidfd: pidfd), control: pair[0], name: executable,
            makesTemplates: true)
    }

    /// Takes over a process that is there, and its control socket.
    init(_ process: Forked, control: CInt, name: String, makesTemplates: Bool = false) {
        self.makesTemplates = makesTemplates
        // Taken while there are some.
        _ = DescriptorReserve.shared
        pid = process.pid
        pidfd = process.pidfd
        self.control = control
        self.name = name
        _ = clinux_set_nonblocking(control, 1)
    }

    deinit {
        if !state.withLock({ $0.isReaped }) {
            kill()
            _ = reap()
        }
        close(control)
        close(pidfd)
    }

    /// How long it has been running.
    var age: UInt64 { Instant.now.nanoseconds(since: startedAt) }

    /// Whether nothing can be asked of it any more.
    var hasEnded: Bool { state.withLock { $0.failure != nil } }

    /// Begins to listen to it.
    ///
    /// - Parameters:
    ///   - report: Told what concerns no request under way.
    ///   - ended: Told once that it is gone, and how.
    func attach(
        to reactor: Reactor,
        report: @escaping @Sendable (ForkReport, ForkConnection) -> Void,
        ended: @escaping @Sendable (ForkConnection, WorkerExit) -> Void
    ) throws(TransportError) {
        try reactor.add(control) { [self] tag in
            guard let failure = receive(report) else { return }
            reactor.remove(tag, control)
            fail(failure)
            // One that breaks the rules has no moment.
            if failure.code != .closed { kill() }
            leave(to: reactor, ended)
        }
    }

    /// Sees it end, which may take a while, and tells how.
    ///
    /// It has a moment to go by itself: a template then takes along what it has started.
    private func leave(
        to reactor: Reactor, _ ended: @escaping @Sendable (ForkConnection, WorkerExit) -> Void
    ) {
        reactor.after(Self.leavePatience) { [weak self] in self?.kill() }
        do throws(TransportError) {
            try reactor.add(pidfd) { [self] tag in
                reactor.remove(tag, pidfd)
                ended(self, reap())
            }
        } catch {
            kill()
            ended(self, reap())
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

    func take(_ request: UInt64) -> Completion? {
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
                let isGone = errno == ECONNRESET
                let error = TransportError.lastError("receiving from \(name)")
                return isGone ? TransportError(.closed, error.message) : error
            }
            guard size > 0 else { return TransportError(.closed, "\(name) has ended") }
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
                    "\(name) speaks version \(version) of the fork server's protocol, "
                        + "this host \(ForkRequest.protocolVersion); install both from one build")
            }
        case .spawned(let request, let pid):
            guard let pending = take(request) else {
                throw TransportError(.malformed, "\(name) reports a worker nobody wanted")
            }
            guard let descriptor else {
                // Nobody would see it end.
                if isOwn(pid) { Glibc.kill(pid, SIGKILL) }
                return pending.call(
                    self,
                    .failure(TransportError(.system, "there is no descriptor left for a worker")))
            }
            let actual = clinux_pidfd_process(descriptor)
            guard actual == pid || actual == 0, pid > 1 else {
                let error = TransportError(.malformed, "\(name) reports a worker that is none")
                pending.call(self, .failure(error))
                throw error
            }
            pending.call(self, .success(Forked(pid: pid, pidfd: descriptor)))
        case .refused(let request, let message):
            take(request)?.call(self, .failure(TransportError(.system, message)))
        case .exited(let request, let exit):
            guard let pending = take(request) else { return report(packet, self) }
            pending.call(
                self,
                .failure(
                    TransportError(.system, "it ended before it was set up (\(exit.reason))")))
        case .answered(let request):
            take(request)?.call(self, .success(Forked(pid: 0, pidfd: -1)))
        case .opened, .unfit: report(packet, self)
        }
    }

    /// Whether a process is one that this one makes, and not just any: what a template says is said by a
    /// plugin's code.
    private func isOwn(_ process: Int32) -> Bool {
        let parent = DescriptorReserve.shared.lend { ProcessState(of: process)?.parent }
        // Templates are made by the fork server, for its own parent.
        return parent == pid || (makesTemplates && parent == getpid())
    }

    /// Fails what is under way, and what may be asked yet.
    private func fail(_ failure: TransportError) {
        let pending = state.withLock { state in
            state.failure = failure
            defer { state.pending = [:] }
            return state.pending
        }
        for completion in pending.values { completion.call(self, .failure(failure)) }
    }

    /// Takes its end, which has come or comes at once, and ends what a template's plugin has started.
    private func reap() -> WorkerExit {
        // Its number is still its own, and so is the group, if it has one.
        Glibc.kill(-pid, SIGKILL)
        var end = clinux_exit()
        let isReaped = unsafe clinux_wait_for(pid, &end) == 0
        state.withLock { $0.isReaped = true }
        return isReaped ? WorkerExit(end) : WorkerExit(pid: pid, reason: .unknown)
    }
}
