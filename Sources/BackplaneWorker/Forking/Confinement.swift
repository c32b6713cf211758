// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import CLinux
internal import Glibc

/// What a process may do, put in force before it opens anything of a plugin: a worker, or the template
/// that workers inherit it from.
///
/// It dumps no core, and is not *dumpable*: no process of the same user can attach to it, or write into
/// its memory through /proc, its neighbours included, and no crash handler delays the notice of its
/// death. A service that is to be debugged asks for it.
struct Confinement {
    let request: ForkRequest
    /// A process that goes on to fork needs some descriptors of its own, whatever its workers may have.
    var leastOpenFiles: UInt64 = 0

    func apply() throws(TransportError) {
        preferAsVictim()
        try applyLimits()
        applyEnvironment()
        try SystemCall.check(clinux_set_dumpable(request.isDebuggable ? 1 : 0), "prctl")
    }

    /// When memory runs out, the kernel is to take a worker rather than the host.
    private func preferAsVictim() {
        // Of a process that is not dumpable, as the fork server's children are, only root may.
        _ = clinux_set_dumpable(1)
        let descriptor = unsafe open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        // A wish, no more: without /proc it goes unsaid.
        guard descriptor >= 0 else { return }
        _ = unsafe write(descriptor, "500", 3)
        close(descriptor)
    }

    private func applyLimits() throws(TransportError) {
        let limits = request.limits
        try setLimit(CLINUX_LIMIT_CORE, 0)
        try setLimit(CLINUX_LIMIT_MEMORY, limits.memoryBytes)
        try setLimit(CLINUX_LIMIT_CPU, limits.cpuSeconds)
        try setLimit(CLINUX_LIMIT_FILES, limits.openFiles.map { max($0, leastOpenFiles) })
    }

    /// Puts the limit of open files in force as it is: in a worker that is set up.
    func limitOpenFiles() throws(TransportError) {
        try setLimit(CLINUX_LIMIT_FILES, request.limits.openFiles)
    }

    private func setLimit(_ limit: Int, _ value: UInt64?) throws(TransportError) {
        guard let value else { return }
        try SystemCall.check(clinux_set_limit(CInt(limit), value), "setrlimit")
    }

    private func applyEnvironment() {
        _ = clinux_clear_environment()
        for variable in request.environment {
            guard let separator = variable.firstIndex(of: "=") else { continue }
            let value = variable[variable.index(after: separator)...]
            _ = unsafe setenv(String(variable[..<separator]), String(value), 1)
        }
    }
}
