// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// How a fork server's workers are seen to end.
extension ForkServer {
    /// A report follows a death at once; if it does not, the fork server is stuck.
    private static let reportPatience: UInt64 = 1_000_000_000

    func watch(_ worker: WorkerProcess, request: UInt64, maker: ForkConnection) {
        var tag: UInt64 = 0
        do throws(TransportError) {
            tag = try reactor.add(worker.pidfd) { [weak self] _ in
                self?.workerEnded(request)
            }
        } catch {
            // Nobody would see it end: it must not run.
            worker.kill()
        }
        state.withLock { state in
            state.workers[request] = Entry(
                worker: worker, tag: tag, maker: ObjectIdentifier(maker),
                isOrphan: maker.hasEnded)
        }
        deaths.add(worker.channel.peer, as: request) { [weak self] in
            self?.state.withLock { $0.workers[request]?.worker }?.noteDying()
        }
    }

    func handle(_ report: ForkReport, from connection: ForkConnection) {
        // Of its own workers only: what a template says is said by a plugin's code.
        guard case .exited(let request, let exit) = report,
            state.withLock({ $0.workers[request]?.maker }) == ObjectIdentifier(connection)
        else { return }
        finish(request, exit)
    }

    /// A pidfd says that its process has ended; or its fork server has, and it may have.
    func workerEnded(_ request: UInt64) {
        guard let entry = state.withLock({ $0.workers[request] }) else { return }
        guard entry.isOrphan else {
            // The status comes from the fork server. Until then the pidfd would ring on and on.
            reactor.remove(entry.tag, entry.worker.pidfd)
            entry.worker.noteDeath()
            // The number alone: a timer must not keep the descriptors of what has ended.
            let pid = entry.worker.pid
            reactor.after(Self.reportPatience) { [weak self] in
                self?.finish(request, WorkerExit(pid: pid, reason: .unknown))
            }
            return
        }
        var end = clinux_exit()
        if unsafe clinux_reap_pidfd(entry.worker.pidfd, &end) == 0 {
            if end.pid != 0 { finish(request, WorkerExit(end)) }
        } else if entry.worker.hasVanished {
            // Not our child, and gone: nobody is left who could tell how.
            finish(request, WorkerExit(pid: entry.worker.pid, reason: .unknown))
        } else {
            // Not ours and still there (this process adopts no orphans): it is about to end itself.
            ensureWatched(request, entry)
        }
    }

    private func ensureWatched(_ request: UInt64, _ entry: Entry) {
        guard entry.tag == 0 else { return }
        entry.worker.kill()
        reactor.after(Self.reportPatience) { [weak self] in self?.workerEnded(request) }
    }

    private func finish(_ request: UInt64, _ exit: WorkerExit) {
        guard let entry = state.withLock({ $0.workers.removeValue(forKey: request) }) else {
            return
        }
        reactor.remove(entry.tag, entry.worker.pidfd)
        deaths.remove(request)
        // In case that was not true: nobody would look after it any more.
        entry.worker.kill()
        _ = entry.worker.finish(exit)
        lookForStrays()
    }
}
