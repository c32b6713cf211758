// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// Where rehearsals take place: with the fork server of a host's forked services.
struct RehearsalStage: Sendable {
    let workers: WorkerSource

    /// Rehearses a plan.
    ///
    /// - Returns: The rehearsal, whose process is there until the caller ends it, and what it found
    ///   out.
    /// - Throws: Why the plugin is refused, or why there can be no rehearsal; nothing is left then.
    ///   The staged copy is the caller's.
    func rehearse(
        _ plan: SlotPlan
    ) async throws(CallError) -> (rehearsal: Rehearsal, report: RehearsalReport) {
        let server: ForkServer
        do throws(TransportError) {
            server = try workers.server()
        } catch {
            throw CallError(
                .unavailable,
                "\(plan.plugin.original) can't be rehearsed for service '\(plan.service.name)': "
                    + error.message)
        }
        let rehearsal = Rehearsal(plan, server: server)
        return (rehearsal, try await rehearsal.run())
    }
}
