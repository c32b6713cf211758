// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CLinux
internal import Glibc

/// Turns a child that was just forked into a worker: before anything of a plugin is opened.
///
/// What the worker has then: descriptor 0 is /dev/null, 1 and 2 are the log pipe, 3 is the eventfd
/// that wakes the host, nothing else is open. It leads a process group of its own, dies with its host, dumps no core, and
/// is not *dumpable*: no process of the same user can attach to it, or write into its memory through
/// /proc, its neighbours included, and no crash handler delays the notice of its death. A service
/// that is to be debugged asks for it.
struct WorkerSetup {
    private static let eventDescriptor: CInt = 3
    private static let hostDescriptor: CInt = 4
    private static let workerDescriptor: CInt = 5
    private static let statusDescriptor: CInt = 6

    let request: ForkRequest
    let host: pid_t
    let forkServer: pid_t
    let descriptors: WorkerDescriptors
    let status: CInt

    /// Never returns: the child runs the worker, or says why not and ends.
    func becomeWorker() -> Never {
        // First, because the group is what is killed when things go wrong later.
        check(setpgid(0, 0), "setpgid")
        check(clinux_reset_signals(), "sigprocmask")
        check(clinux_die_with_host(host), "prctl")
        // The fork server may have died before that took effect: then there was no signal.
        let parent = getppid()
        if parent != forkServer && parent != host { clinux_die_with_group() }
        arrangeDescriptors()
        preferAsVictim()
        applyLimits()
        applyEnvironment()
        unsafe clinux_set_name(request.name)
        check(
            clinux_set_dumpable(request.isDebuggable ? 1 : 0), "prctl", at: Self.statusDescriptor)
        let channel = openChannel()
        close(Self.statusDescriptor)
        guard let channel else { _exit(126) }
        WorkerRuntime.run(channel: channel)
    }

    private func arrangeDescriptors() {
        let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        check(null, "opening /dev/null")
        check(dup2(null, 0), "dup2")
        check(dup2(descriptors.log, 1), "dup2")
        check(dup2(descriptors.log, 2), "dup2")
        // Upwards first: a number that is wanted may still be somebody else's.
        let channel = descriptors.channel
        let wanted = [
            (status, Self.statusDescriptor), (channel.eventfd, Self.eventDescriptor),
            (channel.host, Self.hostDescriptor), (channel.worker, Self.workerDescriptor),
        ]
        let high = wanted.map { (fcntl($0.0, F_DUPFD_CLOEXEC, 16), $0.1) }
        for (descriptor, _) in high { check(descriptor, "fcntl") }
        for (descriptor, place) in high {
            check(dup2(descriptor, place), "dup2", at: high[0].0)
            // What a plugin starts gets none of them.
            check(clinux_set_close_on_exec(place, 1), "fcntl", at: high[0].0)
        }
        check(
            clinux_close_from(UInt32(Self.statusDescriptor) + 1), "close_range",
            at: Self.statusDescriptor)
    }

    private func openChannel() -> WorkerChannel? {
        defer {
            close(Self.hostDescriptor)
            close(Self.workerDescriptor)
        }
        do throws(TransportError) {
            return try WorkerChannel(
                ChannelDescriptors(
                    host: Self.hostDescriptor, worker: Self.workerDescriptor,
                    eventfd: Self.eventDescriptor),
                layout: request.layout)
        } catch {
            check(-1, error.message, at: Self.statusDescriptor)
            return nil
        }
    }

    /// When memory runs out, the kernel is to take a worker rather than the host.
    private func preferAsVictim() {
        let descriptor = unsafe open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        // A wish, no more: without /proc it goes unsaid.
        guard descriptor >= 0 else { return }
        _ = unsafe write(descriptor, "500", 3)
        close(descriptor)
    }

    private func applyLimits() {
        let limits = request.limits
        setLimit(CLINUX_LIMIT_CORE, 0)
        setLimit(CLINUX_LIMIT_MEMORY, limits.memoryBytes)
        setLimit(CLINUX_LIMIT_CPU, limits.cpuSeconds)
        setLimit(CLINUX_LIMIT_FILES, limits.openFiles)
    }

    private func setLimit(_ limit: Int, _ value: UInt64?) {
        guard let value else { return }
        check(clinux_set_limit(CInt(limit), value), "setrlimit", at: Self.statusDescriptor)
    }

    private func applyEnvironment() {
        _ = clinux_clear_environment()
        for variable in request.environment {
            guard let separator = variable.firstIndex(of: "=") else { continue }
            let value = variable[variable.index(after: separator)...]
            _ = unsafe setenv(String(variable[..<separator]), String(value), 1)
        }
    }

    private func check(_ result: CInt, _ call: String, at descriptor: CInt? = nil) {
        guard result < 0 else { return }
        let words = Array(ForkLoop.words(call, errno).utf8)
        _ = unsafe write(descriptor ?? status, words, words.count)
        _exit(126)
    }
}
