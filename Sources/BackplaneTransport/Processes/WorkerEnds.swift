// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// The connections of a worker to be: the host's ends, and the worker's until they are sent.
///
/// What nobody has taken is closed at the end.
final class WorkerEnds: Sendable {
    let channel: HostChannel
    /// The worker's, in the order of `WorkerDescriptor`.
    let peers: [CInt]

    private let logReader: CInt
    private let hasPeers = Mutex(true)
    private let hasLog = Mutex(true)

    init(_ spawn: WorkerSpawn, leases: SpinLeases) throws(TransportError) {
        var pipe: [CInt] = [-1, -1]
        guard unsafe clinux_pipe(&pipe) == 0 else { throw .lastError("pipe2") }
        do throws(TransportError) {
            let made = try HostChannel.make(
                layout: spawn.layout, limits: spawn.frameLimits, leases: leases)
            channel = made.channel
            peers = WorkerDescriptor.allCases.map { descriptor in
                switch descriptor {
                case .eventfd: made.peer.eventfd
                case .host: made.peer.host
                case .worker: made.peer.worker
                case .log: pipe[1]
                }
            }
        } catch {
            for descriptor in pipe { close(descriptor) }
            throw error
        }
        logReader = pipe[0]
    }

    deinit {
        closePeers()
        if hasLog.withLock({ $0 }) { close(logReader) }
    }

    /// Hands over the reading end of the log pipe.
    func takeLog() -> CInt {
        hasLog.withLock { $0 = false }
        return logReader
    }

    /// Closes the worker's ends: it has its own by now, or never will.
    func closePeers() {
        let had = hasPeers.withLock { has in
            defer { has = false }
            return has
        }
        if had { for descriptor in peers { close(descriptor) } }
    }
}
