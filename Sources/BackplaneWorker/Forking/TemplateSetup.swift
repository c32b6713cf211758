// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import BackplaneTransport
internal import CBackplane
internal import CLinux
internal import Glibc

/// Turns a child of the fork server into a template: a process that has a plugin open, from which its
/// workers are forked.
///
/// It is confined as its workers are, before anything of the plugin is opened. It is forked as a
/// sibling of the fork server: the host is its parent, waits for it, and takes it along when it dies.
struct TemplateSetup {
    /// What a template needs open for its own work, whatever its workers may.
    private static let leastOpenFiles: UInt64 = 64

    let request: ForkRequest
    let plugin: String
    let host: pid_t
    let control: CInt
    let log: CInt

    /// Never returns: the child becomes a template, or says why not and ends.
    func becomeTemplate() -> Never {
        let image: PluginImage
        do throws(TransportError) {
            try prepare()
            image = try open()
        } catch {
            ControlSocket.report(.unfit(message: error.message))
            _exit(126)
        }
        ForkLoop(host: host, image: image).serve()
    }

    private func prepare() throws(TransportError) {
        try ControlSocket.place(control, at: ControlSocket.descriptor)
        try SystemCall.check(setpgid(0, 0), "setpgid")
        try SystemCall.check(clinux_reset_signals(), "sigprocmask")
        // Bound to the host's thread that made the fork server, which never ends.
        guard clinux_die_with_parent() == host else { _exit(0) }
        try SystemCall.check(dup2(log, 1), "dup2")
        try SystemCall.check(dup2(log, 2), "dup2")
        try SystemCall.check(clinux_close_from(UInt32(WorkerDescriptor.firstFree)), "close_range")
        try Confinement(request: request, leastOpenFiles: Self.leastOpenFiles).apply()
        unsafe clinux_set_name(request.name)
    }

    private func open() throws(TransportError) -> PluginImage {
        let image: PluginImage
        do throws(ImageError) {
            image = try PluginImage.open(path: plugin)
        } catch {
            throw TransportError(.unfit, error.message)
        }
        try Self.preload(image)
        // Else each worker would print it once more.
        fflush(nil)
        try Self.checkThreads()
        return image
    }

    /// Has the plugin load what all its workers share.
    private static func preload(_ image: PluginImage) throws(TransportError) {
        final class Answer {
            var outcome: FrameOutcome?
        }
        let answer = Answer()
        // SAFETY: called back before it returns, if at all.
        let hasPreload = unsafe backplane_plugin_preload_load(
            image.descriptor,
            { context, outcome in
                guard let context = unsafe context else { return }
                unsafe Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue().outcome =
                    FrameOutcome(reading: UnsafeRawPointer(outcome), in: PluginMemory())
            }, Unmanaged.passUnretained(answer).toOpaque())
        guard hasPreload != 0 else { return }
        guard let outcome = answer.outcome else {
            throw TransportError(.unfit, "its preload gave no answer")
        }
        guard outcome.code == 0 else {
            throw TransportError(.unfit, "its preload failed: \(outcome.message)")
        }
    }

    /// What a thread of the plugin holds at the moment of a fork is held for ever in the worker.
    private static func checkThreads() throws(TransportError) {
        let threads = clinux_thread_count()
        guard threads != 1 else { return }
        throw TransportError(
            .unfit, "it has \(threads) threads once it is open, where a fork needs there to be one")
    }
}
