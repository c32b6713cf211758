// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// Makes worker processes, through a small process that forks them, and sees them end.
///
/// The fork server is started anew when it dies. Workers go on meanwhile if this process is a child
/// subreaper, and end with it if not.
public final class ForkServer: Sendable {
    /// Something to note in a log.
    public enum Event: Sendable, Hashable {
        /// A fork server was started.
        case started(pid: Int32)
        /// The fork server has ended, not asked to.
        case died(WorkerExit)
        /// It could not be started, and will be tried again when a worker is needed.
        case startFailed(String)
    }

    struct State {
        var connection: ForkConnection?
        var nextRequest: UInt64 = 1
        var isStopped = false
        var workers: [UInt64: Entry] = [:]
        /// The processes of templates, by the identity of their connections.
        var templates: [ObjectIdentifier: ForkConnection] = [:]
        /// Children that had ended at the last look, and were nobody's.
        var strays: Set<Int32> = []
        /// So often they are still looked for.
        var strayLooks = 0
    }

    /// A worker that runs, as far as is known.
    struct Entry {
        var worker: WorkerProcess
        var tag: UInt64
        /// What it was forked by.
        var maker: ObjectIdentifier
        /// Its maker is gone: its end has to be fetched, not awaited.
        var isOrphan = false
    }

    /// So long may making a worker take before the fork server counts as stuck.
    private static let spawnPatience: UInt64 = 10_000_000_000
    /// A fork server that died younger than this is started again only when it is needed.
    private static let healthyAge: UInt64 = 1_000_000_000

    private let executable: String
    let adoptsOrphans: Bool
    private let environment: [String]
    let reactor: Reactor
    /// Apart from the other, so that a flood of lines delays no notice of a death.
    let logs: Reactor
    private let readers: ReaderThreads
    let deaths = DeathWatch()
    private let leases: SpinLeases
    private let observer: @Sendable (Event) -> Void
    let state = Mutex(State())

    /// Starts a fork server.
    ///
    /// - Parameters:
    ///   - executable: The path of `backplane-worker`; see `WorkerExecutable`.
    ///   - adoptsOrphans: Makes this process a child subreaper, so that workers outlive the fork
    ///     server. It concerns the whole process: a program that embeds a host decides.
    ///   - readers: The threads that take what workers send.
    ///   - spins: Whether workers and their callers may look again and again for a moment before they
    ///     sleep.
    ///   - observer: Told what happens to the fork server, on the supervising thread.
    public init(
        executable: String, adoptsOrphans: Bool = false, readers: ReaderThreads = ReaderThreads(),
        spins: Bool = true, observer: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(TransportError) {
        self.executable = executable
        self.adoptsOrphans = adoptsOrphans
        self.readers = readers
        self.observer = observer
        leases = SpinLeases(isOn: spins)
        environment = ForkServer.ownEnvironment()
        if adoptsOrphans, clinux_become_subreaper() != 0 { throw .lastError("prctl") }
        reactor = try Reactor(name: "bp-supervisor")
        do throws(TransportError) {
            logs = try Reactor(name: "bp-logs")
        } catch {
            reactor.stop()
            throw error
        }
        do throws(TransportError) {
            _ = try connection()
        } catch {
            reactor.stop()
            logs.stop()
            throw error
        }
    }

    deinit {
        reactor.stop()
        logs.stop()
        readers.close()
        deaths.stop()
    }

    /// The process id of the fork server, or nothing while there is none.
    public var pid: Int32? { state.withLock { $0.connection?.pid } }

    /// Whether a process is the fork server, or a template or a worker that still runs.
    public func hasMade(_ process: Int32) -> Bool {
        state.withLock { state in
            state.connection?.pid == process
                || state.templates.values.contains { $0.pid == process }
                || state.workers.values.contains { $0.worker.pid == process }
        }
    }

    /// Makes a worker.
    ///
    /// - Parameters:
    ///   - template: What it is forked from; else the fork server forks it, with nothing open.
    ///   - frames: Sent ahead, for the worker to find as it begins.
    /// - Throws: `.system` with the reason, nothing of the worker is left then; `.closed` when the
    ///   fork server or the template died over it: worth another try.
    public func spawn(
        _ spawn: WorkerSpawn, from template: WorkerTemplate? = nil,
        sendingAhead frames: [Frame] = []
    ) async throws(TransportError) -> WorkerProcess {
        let result = await withCheckedContinuation { continuation in
            self.spawn(spawn, from: template, sendingAhead: frames) {
                continuation.resume(returning: $0)
            }
        }
        return try result.get()
    }

    /// Makes a worker and hands it over, or the reason why there is none: on the supervising thread, on
    /// one that waited to send the request, or at once.
    public func spawn(
        _ spawn: WorkerSpawn, from template: WorkerTemplate? = nil,
        sendingAhead frames: [Frame] = [],
        completion: @escaping @Sendable (Result<WorkerProcess, TransportError>) -> Void
    ) {
        var made: WorkerEnds?
        do throws(TransportError) {
            let ends = try WorkerEnds(spawn, leases: leases)
            made = ends
            for frame in frames { try ends.channel.send(frame) }
            let number = nextRequest()
            // A template has what else there is to say.
            let request =
                template == nil
                ? ForkRequest(
                    request: number, name: spawn.name, environment: spawn.environment,
                    limits: spawn.limits, layout: spawn.layout, isDebuggable: spawn.isDebuggable)
                : ForkRequest(
                    request: number, name: spawn.name, limits: spawn.limits, layout: spawn.layout)
            let readers = readers
            try send(request, ends.peers, to: connection(to: template)) {
                [weak self] maker, result in
                // What was sent ahead may have got it a lease, which would keep it.
                if case .failure = result { ends.channel.close() }
                completion(
                    result.map { forked in
                        let worker = WorkerProcess(
                            pid: forked.pid, pidfd: forked.pidfd, channel: ends.channel,
                            log: ends.takeLog(), readers: readers)
                        self?.watch(worker, request: number, maker: maker)
                        return worker
                    })
            }
            ends.closePeers()
        } catch {
            made?.channel.close()
            completion(.failure(error))
        }
    }

    func nextRequest() -> UInt64 {
        state.withLock { state in
            defer { state.nextRequest += 1 }
            return state.nextRequest
        }
    }

    /// Asks for a fork; who takes too long over it is killed.
    func send(
        _ request: ForkRequest, _ descriptors: [CInt], to connection: ForkConnection,
        completion:
            @escaping @Sendable (ForkConnection, Result<ForkConnection.Forked, TransportError>) ->
            Void
    ) throws(TransportError) {
        let packet = try request.packet()
        let number = request.request
        connection.send(
            number, packet, descriptors,
            sent: { [reactor] connection in
                reactor.after(Self.spawnPatience) { [weak connection] in
                    if connection?.isWaiting(for: number) == true { connection?.kill() }
                }
            }, completion: ForkConnection.Completion(completion))
    }

    /// Hands what a worker prints to `sink`, as lines, until nobody can print any more.
    ///
    /// A line ends after 64 KiB, what is not UTF-8 is replaced, and of more than 2,000 lines a second
    /// the rest is dropped: `sink` is told how many. It runs on a thread for all logs and must not
    /// block. Once for each worker.
    public func readLog(
        of worker: WorkerProcess,
        sink: @escaping @Sendable (_ lines: [String], _ dropped: Int) -> Void
    ) throws(TransportError) {
        try WorkerLog(worker.log, of: worker, sink: sink).read(on: logs)
    }

    /// Ends the fork server and all templates; workers that still run go on, or not, as after its
    /// death.
    public func stop() {
        let connections = state.withLock { state in
            state.isStopped = true
            return [state.connection].compactMap(\.self) + state.templates.values
        }
        // They see the end of their control sockets and exit.
        for connection in connections { connection.hangUp() }
    }

    // MARK: - The fork server's own life

    /// The way to a template, or to the fork server.
    func connection(to template: WorkerTemplate?) throws(TransportError) -> ForkConnection {
        if let template { return template.connection }
        return try connection()
    }

    func connection() throws(TransportError) -> ForkConnection {
        // Under the lock: two callers must not start two. It takes a millisecond, seldom.
        let result: Result<(ForkConnection, Bool), TransportError> = state.withLock { state in
            if let connection = state.connection, !connection.hasEnded {
                return .success((connection, false))
            }
            guard !state.isStopped else { return .failure(.forkServerStopped) }
            do throws(TransportError) {
                let connection = try ForkConnection(
                    executable: executable, environment: environment)
                try connection.attach(
                    to: reactor,
                    report: { [weak self] in self?.handle($0, from: $1) },
                    ended: { [weak self] in self?.connectionEnded($0, $1) })
                state.connection = connection
                return .success((connection, true))
            } catch {
                return .failure(error)
            }
        }
        let (connection, isNew) = try result.get()
        if isNew { observer(.started(pid: connection.pid)) }
        return connection
    }

    private func connectionEnded(_ connection: ForkConnection, _ exit: WorkerExit) {
        orphan(workersOf: connection)
        lookForStrays()
        let isStopped = state.withLock { state in
            if state.connection === connection { state.connection = nil }
            return state.isStopped
        }
        guard !isStopped else { return }
        observer(.died(exit))
        guard connection.age >= Self.healthyAge else { return }
        do throws(TransportError) {
            _ = try self.connection()
        } catch {
            observer(.startFailed(error.message))
        }
    }

    /// Sees after workers whose maker has ended: it can't report their ends any more.
    func orphan(workersOf connection: ForkConnection) {
        let maker = ObjectIdentifier(connection)
        let orphans = state.withLock { state in
            state.templates[maker] = nil
            var orphans: [UInt64] = []
            for (request, entry) in state.workers where entry.maker == maker && !entry.isOrphan {
                state.workers[request]?.isOrphan = true
                orphans.append(request)
            }
            return orphans
        }
        // Those that had ended unreported: their end is fetched now, once they are ours.
        for request in orphans { workerEnded(request) }
    }

    /// What the fork server itself needs: the loader's paths, all symbols bound at once, and no
    /// backtraces.
    ///
    /// A symbol that is bound at its first use is bound in each worker. Backtraces would delay the
    /// notice of a death. Workers get the environment that they were given, nothing of this.
    private static func ownEnvironment() -> [String] {
        var environment = ["SWIFT_BACKTRACE=enable=no", "LD_BIND_NOW=1"]
        for key in ["LD_LIBRARY_PATH", "PATH", "LANG", "TZ", "HOME"] {
            if let value = unsafe getenv(key) {
                environment.append("\(key)=\(unsafe String(cString: value))")
            }
        }
        return environment
    }
}

extension TransportError {
    static let forkServerStopped = TransportError(.closed, "the fork server was stopped")
}
