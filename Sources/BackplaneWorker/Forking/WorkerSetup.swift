// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CLinux
internal import Glibc

/// Turns a child that was just forked into a worker.
///
/// What the worker has then: descriptor 0 is /dev/null, 1 and 2 are the log pipe, 3 is the eventfd that
/// wakes the host. Nothing else is open but what the plugin itself opened while it was loaded into a template. It leads
/// a process group of its own, dies with its host, and is confined: by itself before anything of a
/// plugin is opened, or by the template that it comes from.
struct WorkerSetup {
    /// Where a worker comes from.
    struct Origin {
        let host: pid_t
        /// The process that forked it.
        let maker: pid_t
        /// What is open in the maker, and of no use here.
        let children: CInt
        /// The plugin, when the maker is a template of it.
        let image: PluginImage?
    }

    let request: ForkRequest
    let origin: Origin
    /// Those of `WorkerDescriptor`, in order.
    let descriptors: [CInt]

    private var image: PluginImage? { origin.image }

    /// Never returns: the child runs the worker, or says why not and ends.
    func becomeWorker() -> Never {
        let channel: WorkerChannel
        do throws(TransportError) {
            try origin.joinHost()
            try arrangeDescriptors()
            channel = try openChannel()
            if image == nil {
                try Confinement(request: request).apply()
            } else {
                try Confinement(request: request).limitOpenFiles()
            }
            unsafe clinux_set_name(request.name)
            try reportItself()
        } catch {
            Self.refuse(request, error.message)
            _exit(126)
        }
        close(ControlSocket.descriptor)
        WorkerRuntime.run(channel: channel, image: image)
    }

    static func refuse(_ request: ForkRequest, _ message: String) {
        ControlSocket.report(
            .refused(
                request: request.request,
                message: "worker of \(request.name) could not be made: \(message)"))
    }

    private func arrangeDescriptors() throws(TransportError) {
        for (descriptor, wanted) in zip(descriptors, WorkerDescriptor.allCases) {
            try ControlSocket.place(descriptor, at: wanted.number)
        }
        try SystemCall.check(dup2(WorkerDescriptor.log.number, 1), "dup2")
        try SystemCall.check(dup2(WorkerDescriptor.log.number, 2), "dup2")
        close(WorkerDescriptor.log.number)
        if image == nil {
            try SystemCall.check(
                clinux_close_from(UInt32(WorkerDescriptor.firstFree)), "close_range")
        } else {
            for descriptor in descriptors + [origin.children] { close(descriptor) }
        }
    }

    private func openChannel() throws(TransportError) -> WorkerChannel {
        let channel = try WorkerChannel(
            ChannelDescriptors(
                host: WorkerDescriptor.host.number, worker: WorkerDescriptor.worker.number,
                eventfd: WorkerDescriptor.eventfd.number),
            layout: request.layout)
        channel.tellEndOfThread()
        close(WorkerDescriptor.host.number)
        close(WorkerDescriptor.worker.number)
        return channel
    }

    /// Tells the host that it is there, through which the host can name this process and no other.
    private func reportItself() throws(TransportError) {
        let pidfd = clinux_pidfd_open(getpid())
        try SystemCall.check(pidfd, "pidfd_open")
        defer { close(pidfd) }
        let isHeard = ControlSocket.report(
            .spawned(request: request.request, pid: getpid()), passing: pidfd)
        if !isHeard { clinux_die_with_group() }
    }
}

extension WorkerSetup.Origin {
    /// Puts the child that calls it in a group of its own, and binds it to the host.
    ///
    /// Twice does no harm.
    func joinHost() throws(TransportError) {
        // First, because the group is what is killed when things go wrong later.
        try SystemCall.check(setpgid(0, 0), "setpgid")
        if image == nil {
            try SystemCall.check(clinux_reset_signals(), "sigprocmask")
        } else {
            // What the plugin has made of signals while it was loaded stays.
            try SystemCall.check(clinux_unblock_signal(SIGCHLD), "sigprocmask")
        }
        try SystemCall.check(clinux_die_with_host(host), "prctl")
        // The maker may have died before that took effect: then there was no signal.
        let parent = getppid()
        if parent != maker && parent != host { clinux_die_with_group() }
    }
}
