// SPDX-License-Identifier: Apache-2.0

/// Threads that plugin code runs on.
protocol JobThreads: AnyObject, Sendable {
    /// Runs a job once, on one of them.
    ///
    /// Never refuses, never runs it on the caller's.
    func run(_ job: SlotJob)
}

/// A piece of work for a thread.
@safe
enum SlotJob: Sendable {
    /// Work of the host's.
    case closure(@Sendable () -> Void)
    /// Work of a plugin's, as the ABI's `execute` passes it.
    // SAFETY: the plugin keeps `context` alive until the job has run.
    case plugin(@convention(c) (UnsafeMutableRawPointer?) -> Void, PluginJobContext)

    func run() {
        switch self {
        case .closure(let body): body()
        case .plugin(let job, let context): unsafe job(context.pointer)
        }
    }
}

/// The argument of a plugin's job.
@safe
struct PluginJobContext: Sendable {
    // SAFETY: only ever handed back to the plugin it came from, once.
    nonisolated(unsafe) let pointer: UnsafeMutableRawPointer?
}
