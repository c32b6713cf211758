// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Where the worker processes of forked slots come from.
final class WorkerSource: Sendable {
    /// The path of `backplane-worker`; `nil` when there is none.
    let executable: String?

    init(executable: String?) {
        self.executable = executable
    }

    func makeSlot(_ plan: SlotPlan) throws(CallError) -> any Slot {
        throw CallError(.unavailable, "the forked slot is not available yet")
    }

    /// Whether a process is a worker of this host, or its fork server.
    func isWorker(_ process: pid_t) -> Bool { false }

    /// Ends the fork server.
    func close() async {}
}
