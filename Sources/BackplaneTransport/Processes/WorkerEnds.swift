// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// The connections of a worker to be: the host's ends, and the worker's until they are sent.
///
/// What nobody has taken is closed at the end.
final class WorkerEnds: Sendable {
    let channel: SocketChannel
    let peer: CInt
    let logWriter: CInt
    let taken: TakenCount
    let takenPeer: CInt

    private let logReader: CInt
    private let hasPeer = Mutex(true)
    private let hasLog = Mutex(true)

    init(_ spawn: WorkerSpawn) throws(TransportError) {
        var pipe: [CInt] = [-1, -1]
        guard unsafe clinux_pipe(&pipe) == 0 else { throw .lastError("pipe2") }
        do throws(TransportError) {
            (taken, takenPeer) = try TakenCount.make()
        } catch {
            close(pipe[0])
            close(pipe[1])
            throw error
        }
        do throws(TransportError) {
            (channel, peer) = try SocketChannel.pair(limits: spawn.frameLimits)
        } catch {
            for descriptor in [pipe[0], pipe[1], takenPeer] { close(descriptor) }
            throw error
        }
        logReader = pipe[0]
        logWriter = pipe[1]
    }

    deinit {
        closePeer()
        if hasLog.withLock({ $0 }) { close(logReader) }
    }

    /// Hands over the reading end of the log pipe.
    func takeLog() -> CInt {
        hasLog.withLock { $0 = false }
        return logReader
    }

    /// Closes the worker's ends: it has its own by now, or never will.
    func closePeer() {
        let had = hasPeer.withLock { has in
            defer { has = false }
            return has
        }
        if had {
            close(peer)
            close(logWriter)
            close(takenPeer)
        }
    }
}
