// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CLinux
internal import Glibc

/// The loop of a fork server, or of a template: takes requests, forks, reports ends.
struct ForkLoop {
    /// So many milliseconds without a request, or an end, are rest enough to make a spare.
    private static let spareDelay: CInt = 5

    private let host: pid_t
    /// The plugin of a template.
    private let image: PluginImage?
    private let own = getpid()
    private var children: Int32 = -1
    /// The requests that running workers were made for.
    private var requests: [pid_t: UInt64] = [:]
    /// A template's next worker.
    private var spare: Spare?
    /// Whether one is to be made: each once for a request, lest one that can't live be made for ever.
    private var isSpareDue: Bool
    /// Made once: it is larger than what the allocator keeps at hand.
    private var packet = [UInt8](repeating: 0, count: ForkRequest.maximumSize)

    init(host: pid_t, image: PluginImage? = nil) {
        self.host = host
        self.image = image
        isSpareDue = image != nil
    }

    /// Runs the fork server, whose control socket is the first descriptor above the standard streams.
    ///
    /// - Parameter openFiles: How many files a worker may have open unless its service says so.
    consuming func run(openFiles: UInt64?) -> Never {
        // Bound to the host's thread that made this process, which never ends.
        guard clinux_die_with_parent() == host else { exit(0) }
        do throws(TransportError) {
            try ControlSocket.place(WorkerDescriptor.firstNumber, at: ControlSocket.descriptor)
            try ControlSocket.reserveNumbers()
        } catch {
            Self.fail("backplane-worker", error.message)
        }
        unsafe clinux_set_name("backplane-forks")
        // The host may need many descriptors; programs that use select(2) break with too many.
        if let openFiles { _ = clinux_lower_open_files(openFiles) }
        // A neighbour that writes into this process would be in each worker.
        _ = clinux_set_dumpable(0)
        // A terminal's Ctrl-C is for the host: it still needs its workers to drain.
        for signal in [SIGINT, SIGHUP, SIGQUIT] { _ = clinux_ignore_signal(signal) }
        WarmUp.run()
        serve()
    }

    /// Serves until the control socket ends.
    consuming func serve() -> Never {
        // Orphans of workers come here, where each child is waited for.
        _ = clinux_become_subreaper()
        guard clinux_block_signal(SIGCHLD) == 0 else { Self.fail("sigprocmask") }
        children = clinux_signalfd(SIGCHLD)
        guard children >= 0 else { Self.fail("signalfd") }
        report(image == nil ? .ready(protocolVersion: ForkRequest.protocolVersion) : .opened)
        while true {
            var entries = [
                pollfd(fd: children, events: CShort(POLLIN), revents: 0),
                pollfd(fd: ControlSocket.descriptor, events: CShort(POLLIN), revents: 0),
            ]
            let count = unsafe poll(&entries, 2, isSpareDue ? Self.spareDelay : -1)
            guard count >= 0 || errno == EINTR else { Self.fail("poll") }
            if count == 0 { makeSpare() }
            // Requests first: one that follows a death is waited for, the words about that are not.
            if entries[1].revents != 0 { take() }
            if entries[0].revents != 0 { reap() }
        }
    }

    private mutating func reap() {
        // Signals of one kind merge: one of them may stand for many ends.
        var buffer = [UInt8](repeating: 0, count: 4096)
        while unsafe read(children, &buffer, buffer.count) > 0 {}
        var end = clinux_exit()
        while unsafe clinux_reap_any(&end) == 0, end.pid != 0 {
            if let gone = spare, gone.pid == end.pid {
                spare = nil
                gone.leave()
            }
            // Strays that a worker left behind are nobody's request.
            guard let request = requests.removeValue(forKey: end.pid) else { continue }
            report(.exited(request: request, WorkerExit(end)))
        }
    }

    private mutating func take() {
        let (size, descriptors) = ControlSocket.receive(
            from: ControlSocket.descriptor, into: &packet, waiting: false)
        if size < 0, errno == EAGAIN { return }
        // The host is gone, or wants no more of it.
        guard size > 0 else { leave() }
        defer { for descriptor in descriptors { close(descriptor) } }
        do throws(TransportError) {
            let request = try ForkRequest(packet: Array(packet.prefix(size)))
            switch request.kind {
            case .worker: spawn(request, packet.prefix(size), descriptors)
            case .template(let plugin): try makeTemplate(request, plugin, descriptors)
            case .bare: forkBare(request)
            }
        } catch {
            Self.fail("a request of the host", error.message)
        }
    }

    private mutating func spawn(
        _ request: ForkRequest, _ packet: ArraySlice<UInt8>, _ descriptors: [CInt]
    ) {
        guard has(WorkerDescriptor.allCases.count, descriptors, for: request) else { return }
        isSpareDue = image != nil
        if let spare {
            self.spare = nil
            if spare.become(packet, descriptors) {
                requests[spare.pid] = request.request
                return
            }
        }
        guard mayFork(request) else { return }
        let pid = clinux_fork()
        if pid == 0 {
            WorkerSetup(request: request, origin: origin, descriptors: descriptors).becomeWorker()
        }
        guard pid > 0 else { return WorkerSetup.refuse(request, SystemCall.words("fork")) }
        // It tells the host of itself; its end is told from here.
        requests[pid] = request.request
    }

    private var origin: WorkerSetup.Origin {
        WorkerSetup.Origin(host: host, maker: own, children: children, image: image)
    }

    private mutating func makeSpare() {
        isSpareDue = false
        guard spare == nil, clinux_thread_count() == 1 else { return }
        spare = Spare.make(origin, &packet)
    }

    private func makeTemplate(
        _ request: ForkRequest, _ plugin: String, _ descriptors: [CInt]
    ) throws(TransportError) {
        guard image == nil else {
            throw TransportError(.malformed, "a template is asked for a template")
        }
        guard mayFork(request), has(2, descriptors, for: request) else { return }
        let pid = clinux_fork_sibling()
        if pid == 0 {
            TemplateSetup(
                request: request, plugin: plugin, host: host, control: descriptors[0],
                log: descriptors[1]
            ).becomeTemplate()
        }
        guard pid > 0 else { return WorkerSetup.refuse(request, SystemCall.words("clone")) }
        // The host's child: its number is nobody else's until the host has waited for it.
        let pidfd = clinux_pidfd_open(pid)
        guard pidfd >= 0 else {
            let words = SystemCall.words("pidfd_open")
            kill(pid, SIGKILL)
            return WorkerSetup.refuse(request, words)
        }
        report(.spawned(request: request.request, pid: pid), descriptor: pidfd)
        close(pidfd)
    }

    private func forkBare(_ request: ForkRequest) {
        guard mayFork(request) else { return }
        let pid = clinux_fork()
        if pid == 0 {
            ControlSocket.report(.answered(request: request.request))
            _exit(0)
        }
        if pid < 0 { WorkerSetup.refuse(request, SystemCall.words("fork")) }
    }

    private func mayFork(_ request: ForkRequest) -> Bool {
        let threads = clinux_thread_count()
        if threads != 1 {
            WorkerSetup.refuse(
                request,
                "the process it is forked from has \(threads) threads instead of 1")
        }
        return threads == 1
    }

    /// Whether the descriptors have come that belong to a request; there may be no room for them.
    private func has(_ count: Int, _ descriptors: [CInt], for request: ForkRequest) -> Bool {
        if descriptors.count == count { return true }
        WorkerSetup.refuse(
            request,
            "the process it is forked from got \(descriptors.count) of \(count) descriptors")
        return false
    }

    /// Ends, and takes along what the plugin has started; nothing of the plugin is to run now.
    private mutating func leave() -> Never {
        // Who has ended is nobody else's affair; children that go on are the host's.
        reap()
        if image != nil { clinux_die_with_group() }
        _exit(0)
    }

    private func report(_ report: ForkReport, descriptor: CInt? = nil) {
        // The host has gone, or closed its end: that is read from the socket next.
        _ = ControlSocket.report(report, passing: descriptor)
    }

    private static func fail(_ call: String, _ words: String? = nil) -> Never {
        Diagnostics.write(
            "backplane-worker: \(words.map { "\(call): \($0)" } ?? SystemCall.words(call))")
        _exit(70)
    }
}
