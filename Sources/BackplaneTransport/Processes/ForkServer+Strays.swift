// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// Children that nobody has asked for: what workers and templates have left behind, where this process
/// adopts orphans. Nobody else is to have children in it then.
extension ForkServer {
    /// From an end to the look at what it has left; from one look to the next it grows.
    private static let strayPause: UInt64 = 100_000_000
    /// The last one comes after some seconds.
    private static let strayLooks = 7

    /// Looks for them after an end, and waits for those that have ended, too.
    ///
    /// Only for those that a second look finds: at the first it may be one whose own end is only about to
    /// be heard. Apart from the end itself, for whose sake somebody waits.
    func lookForStrays() {
        guard adoptsOrphans else { return }
        let isFirst = state.withLock { state in
            defer { state.strayLooks = Self.strayLooks }
            return state.strayLooks == 0
        }
        if isFirst { reactor.after(Self.strayPause) { [weak self] in self?.lookOnce() } }
    }

    private func lookOnce() {
        let ended = Set(ChildProcesses.ended)
        let (old, left) = state.withLock { state in
            let known = Set(
                state.workers.values.map(\.worker.pid) + state.templates.values.map(\.pid)
                    + [state.connection].compactMap { $0?.pid })
            let strays = ended.subtracting(known)
            let old = strays.intersection(state.strays)
            state.strays = strays.subtracting(old)
            state.strayLooks = max(state.strayLooks - 1, state.strays.isEmpty ? 0 : 1)
            return (old, state.strayLooks)
        }
        for child in old {
            var end = clinux_exit()
            _ = unsafe clinux_wait_if_ended(child, &end)
        }
        guard left > 0 else { return }
        // Those found at this look are waited for at the next, which is soon.
        let isSoon = state.withLock { !$0.strays.isEmpty }
        let pause = Self.strayPause << (isSoon ? 0 : min(4, Self.strayLooks - left))
        reactor.after(pause) { [weak self] in self?.lookOnce() }
    }
}
