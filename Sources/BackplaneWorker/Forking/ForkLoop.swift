// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CLinux
internal import Glibc

/// The fork server's loop: takes requests, forks workers, reports ends.
struct ForkLoop {
    private let host: pid_t
    private let control: CInt
    private let own = getpid()
    private var children: Int32 = -1
    /// The requests that running workers were made for.
    private var requests: [pid_t: UInt64] = [:]

    init(host: pid_t, control: CInt) {
        self.host = host
        self.control = control
    }

    /// Runs until the control socket ends.
    consuming func run() -> Never {
        // Bound to the host's thread that made this process, which never ends.
        guard clinux_die_with_parent() == host else { exit(0) }
        // Orphans of workers come here, where each child is waited for.
        _ = clinux_become_subreaper()
        unsafe clinux_set_name("backplane-forks")
        // A terminal's Ctrl-C is for the host: it still needs its workers to drain.
        for signal in [SIGINT, SIGHUP, SIGQUIT] { _ = clinux_ignore_signal(signal) }
        guard clinux_block_signal(SIGCHLD) == 0 else { Self.fail("sigprocmask") }
        children = clinux_signalfd(SIGCHLD)
        guard children >= 0 else { Self.fail("signalfd") }
        report(.ready(protocolVersion: ForkRequest.protocolVersion))
        while true {
            var entries = [
                pollfd(fd: children, events: CShort(POLLIN), revents: 0),
                pollfd(fd: control, events: CShort(POLLIN), revents: 0),
            ]
            guard unsafe poll(&entries, 2, -1) >= 0 || errno == EINTR else { Self.fail("poll") }
            if entries[0].revents != 0 { reap() }
            if entries[1].revents != 0 { take() }
        }
    }

    private mutating func reap() {
        // Signals of one kind merge: one of them may stand for many ends.
        var buffer = [UInt8](repeating: 0, count: 4096)
        while unsafe read(children, &buffer, buffer.count) > 0 {}
        var end = clinux_exit()
        while unsafe clinux_reap_any(&end) == 0, end.pid != 0 {
            // Strays that a worker left behind are nobody's request.
            guard let request = requests.removeValue(forKey: end.pid) else { continue }
            report(.exited(request: request, WorkerExit(end)))
        }
    }

    private mutating func take() {
        var buffer = [UInt8](repeating: 0, count: ForkRequest.maximumSize)
        var descriptors = [CInt](repeating: -1, count: WorkerDescriptors.count)
        var count = descriptors.count
        let size = unsafe clinux_receive_packet(
            control, &buffer, buffer.count, &descriptors, &count, 0)
        if size < 0, errno == EAGAIN { return }
        // The host is gone, or does not speak our language any more.
        guard size > 0 else { exit(0) }
        defer { for descriptor in descriptors.prefix(count) { close(descriptor) } }
        do throws(TransportError) {
            let request = try ForkRequest(packet: Array(buffer.prefix(size)))
            guard let inherited = WorkerDescriptors(Array(descriptors.prefix(count))) else {
                throw TransportError(
                    .malformed, "\(count) descriptors instead of \(WorkerDescriptors.count)")
            }
            spawn(request, inherited)
        } catch {
            Self.fail("a request of the host", error.message)
        }
    }

    private mutating func spawn(_ request: ForkRequest, _ descriptors: WorkerDescriptors) {
        let threads = clinux_thread_count()
        guard threads == 1 else {
            return refuse(
                request, "the fork server has \(threads) threads instead of 1: it may not fork")
        }
        var pipe: [CInt] = [-1, -1]
        guard unsafe clinux_pipe(&pipe) == 0 else {
            return refuse(request, Self.words("pipe2", errno))
        }
        defer { close(pipe[0]) }
        let pid = clinux_fork()
        if pid == 0 {
            WorkerSetup(
                request: request, host: host, forkServer: own, descriptors: descriptors,
                status: pipe[1]
            ).becomeWorker()
        }
        let error = errno
        close(pipe[1])
        guard pid > 0 else { return refuse(request, Self.words("fork", error)) }
        if let failure = Self.failure(from: pipe[0]) {
            var end = clinux_exit()
            _ = unsafe clinux_wait_for(pid, &end)
            return refuse(request, failure)
        }
        let pidfd = clinux_pidfd_open(pid)
        guard pidfd >= 0 else {
            let words = Self.words("pidfd_open", errno)
            kill(pid, SIGKILL)
            var end = clinux_exit()
            _ = unsafe clinux_wait_for(pid, &end)
            return refuse(request, words)
        }
        requests[pid] = request.request
        report(.spawned(request: request.request, pid: pid), descriptor: pidfd)
        close(pidfd)
    }

    /// What a child says of its set-up: words if it failed, nothing once it has become a worker.
    private static func failure(from pipe: CInt) -> String? {
        var words: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while true {
            let count = unsafe read(pipe, &buffer, buffer.count)
            if count > 0 {
                words += buffer.prefix(count)
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        return words.isEmpty ? nil : String(decoding: words, as: UTF8.self)
    }

    private func refuse(_ request: ForkRequest, _ message: String) {
        report(
            .refused(
                request: request.request,
                message: "worker of \(request.name) could not be made: \(message)"))
    }

    private func report(_ report: ForkReport, descriptor: CInt? = nil) {
        let packet = report.packet()
        let descriptors = descriptor.map { [$0] } ?? []
        let sent = unsafe clinux_send_packet(
            control, packet, packet.count, descriptors, descriptors.count)
        // The host has gone, or closed its end: there is nobody to fork for.
        if sent < 0 { exit(0) }
    }

    static func words(_ call: String, _ number: CInt) -> String {
        // SAFETY: strerror's text is copied at once.
        unsafe strerror(number).map { unsafe "\(call): \(String(cString: $0))" } ?? call
    }

    private static func fail(_ call: String, _ words: String? = nil) -> Never {
        let words = words.map { "\(call): \($0)" } ?? Self.words(call, errno)
        Diagnostics.write("backplane-worker: \(words)")
        exit(70)
    }
}
