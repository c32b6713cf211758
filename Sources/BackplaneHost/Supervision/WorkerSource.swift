// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Glibc
internal import Logging
internal import Synchronization

/// Where the worker processes of forked slots come from: a fork server, started when it is first
/// needed.
final class WorkerSource: Sendable {
    private let executable: String?
    private let adoptsOrphans: Bool
    private let spins: Bool
    private let logger: Logger
    /// The threads that take what workers send; they outlive fork servers.
    let readers: ReaderThreads
    private let running = Mutex<ForkServer?>(nil)

    /// - Parameters:
    ///   - executable: The path of `backplane-worker`; `nil` to look for it.
    ///   - adoptsOrphans: Whether workers outlive the fork server, which makes this process a child
    ///     subreaper.
    ///   - spins: Whether workers and callers may look for each other before they sleep.
    init(executable: String?, adoptsOrphans: Bool, spins: Bool, logger: Logger) {
        self.executable = executable
        self.adoptsOrphans = adoptsOrphans
        self.spins = spins
        readers = ReaderThreads(spins: spins)
        self.logger = logger
    }

    /// Makes the slot of a forked generation.
    func makeSlot(_ plan: SlotPlan) throws(CallError) -> any Slot {
        do throws(TransportError) {
            return ForkedSlot(plan, server: try server())
        } catch {
            throw .unavailable(plan.service.name, because: error.message)
        }
    }

    /// The fork server, started if it is not there yet.
    ///
    /// - Throws: Why it can't be; most often there is no worker executable.
    func server() throws(TransportError) -> ForkServer {
        let result: Result<ForkServer, TransportError> = running.withLock { server in
            if let server { return .success(server) }
            do throws(TransportError) {
                let new = try makeServer()
                server = new
                return .success(new)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func makeServer() throws(TransportError) -> ForkServer {
        let logger = logger
        return try ForkServer(
            executable: try WorkerExecutable.find(executable), adoptsOrphans: adoptsOrphans,
            readers: readers, spins: spins
        ) { event in
            switch event {
            case .started(let pid):
                logger.debug("fork server started", metadata: ["pid": "\(pid)"])
            case .died(let exit):
                logger.error(
                    "fork server ended", metadata: [LogKey.reason: "\(WorkerEnd.words(exit))"])
            case .startFailed(let words):
                logger.error("fork server can't be started", metadata: [LogKey.error: "\(words)"])
            }
        }
    }

    /// Whether a process is a worker of this host, or its fork server.
    func isWorker(_ process: pid_t) -> Bool {
        running.withLock { $0 }?.hasMade(process) ?? false
    }

    /// Ends the fork server.
    func close() async {
        let last = running.withLock { server in
            defer { server = nil }
            return server
        }
        last?.stop()
    }
}
