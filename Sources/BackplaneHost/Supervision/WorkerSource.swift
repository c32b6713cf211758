// SPDX-License-Identifier: Apache-2.0

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

    /// Ends the fork server.
    func close() async {}
}
