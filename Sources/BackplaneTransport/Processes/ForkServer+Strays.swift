// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// Children that nobody has asked for: what workers and templates have left behind, where this process
/// adopts orphans. Nobody else is to have children in it then.
extension ForkServer {
    /// From an end to the look at what it has left, and from one look to the next.
    private static let strayPause: UInt64 = 100_000_000

    /// Looks for them after an end, and waits for those that have ended, too.
    ///
    /// Only for those that a second look finds: at the first it may be one whose own end is only about to
    /// be heard. Apart from the end itself, for whose sake somebody waits.
    func lookForStrays() {
        guard adoptsOrphans else { return }
        let isFirst = state.withLock { state in
            defer { state.strayLooks = 2 }
            return state.strayLooks == 0
        }
        if isFirst { reactor.after(Self.strayPause) { [weak self] in self?.look() } }
    }

    private func look() {
        let ended = Set(ChildProcesses.ended)
        let (old, isLast) = state.withLock { state in
            let known = Set(
                state.workers.values.map(\.worker.pid) + state.templates.values.map(\.pid)
                    + [state.connection].compactMap { $0?.pid })
            let strays = ended.subtracting(known)
            let old = strays.intersection(state.strays)
            state.strays = strays.subtracting(old)
            state.strayLooks = max(state.strayLooks - 1, state.strays.isEmpty ? 0 : 1)
            return (old, state.strayLooks == 0)
        }
        for child in old {
            var end = clinux_exit()
            _ = unsafe clinux_wait_if_ended(child, &end)
        }
        if !isLast { reactor.after(Self.strayPause) { [weak self] in self?.look() } }
    }
}
