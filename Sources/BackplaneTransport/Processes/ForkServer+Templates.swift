// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Synchronization

/// Templates: processes that have a plugin open already when a worker is wanted.
extension ForkServer {
    /// Makes a template of a plugin's staged copy.
    ///
    /// Environment and limits of `spawn` are in force in it before anything of the plugin is opened,
    /// and in all workers that are forked from it.
    ///
    /// - Parameters:
    ///   - path: Absolute path of the copy.
    ///   - limit: Nanoseconds after which it is given up: its code may hang.
    ///   - output: Told what it prints; see `readLog`.
    /// - Throws: `.unfit` when it opens, but no workers can be forked from it, with the reason;
    ///   `.closed` when it ended over it; `.system` for what is not the plugin's doing, a cancelled task
    ///   among it. Nothing of it is left then.
    public func makeTemplate(
        _ spawn: WorkerSpawn, opening path: String, within limit: UInt64,
        output: @escaping @Sendable (_ lines: [String], _ dropped: Int) -> Void
    ) async throws(TransportError) -> WorkerTemplate {
        let pipes = try TemplatePipes()
        let making = TemplateMaking(name: "the template of \(spawn.name)")
        let number = nextRequest()
        let request = ForkRequest(
            request: number, kind: .template(plugin: path), name: spawn.name,
            environment: spawn.environment, limits: spawn.limits,
            isDebuggable: spawn.isDebuggable)
        do {
            defer { pipes.closePeers() }
            try send(request, pipes.peers, to: connection()) { [weak self] _, result in
                switch result {
                // Not the plugin's affair, whatever it was: the fork server is asked again another time.
                case .failure(let error):
                    making.finish(.failure(TransportError(.system, error.message)))
                case .success(let forked):
                    let connection = ForkConnection(
                        forked, control: pipes.takeControl(), name: making.name)
                    self?.listen(to: connection, making)
                }
            }
        }
        try WorkerLog(pipes.log, of: pipes, sink: output).read(on: logs)
        reactor.after(limit) {
            making.giveUp(
                TransportError(.closed, "\(making.name) did not open \(path) in time"))
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                making.onEnd { continuation.resume(returning: $0) }
            }
        } onCancel: {
            making.giveUp(TransportError(.system, "\(making.name) is not wanted any more"))
        }
        return try result.get()
    }

    private func listen(to connection: ForkConnection, _ making: TemplateMaking) {
        let isStopped = state.withLock { state in
            state.templates[ObjectIdentifier(connection)] = connection
            return state.isStopped
        }
        making.began(connection)
        do throws(TransportError) {
            try connection.attach(
                to: reactor,
                report: { [weak self] report, connection in
                    switch report {
                    case .opened: making.finish(.success(WorkerTemplate(connection)))
                    case .unfit(let words): making.finish(.failure(TransportError(.unfit, words)))
                    default: self?.handle(report, from: connection)
                    }
                },
                ended: { [weak self] connection, exit in
                    self?.orphan(workersOf: connection)
                    self?.lookForStrays()
                    making.finish(
                        .failure(
                            TransportError(.closed, "\(making.name) ended (\(exit.reason))")))
                })
        } catch {
            orphan(workersOf: connection)
            making.finish(.failure(error))
        }
        if isStopped { connection.hangUp() }
    }

    /// Has a child forked that answers at once and ends: what forking alone takes.
    ///
    /// - Parameter template: What it is forked from; else the fork server forks it.
    public func forkBare(from template: WorkerTemplate? = nil) async throws(TransportError) {
        let request = ForkRequest(request: nextRequest(), kind: .bare, name: "bare")
        let connection = try connection(to: template)
        let result = await withCheckedContinuation { continuation in
            do throws(TransportError) {
                try send(request, [], to: connection) { continuation.resume(returning: $1) }
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        _ = try result.get()
    }
}

/// The control socket and the log pipe of a template to be.
private final class TemplatePipes: Sendable {
    /// The reading end of the log pipe.
    let log: CInt
    /// The template's ends, in the order in which it takes them.
    let peers: [CInt]
    private let control: CInt
    private let isTaken = Mutex(false)

    init() throws(TransportError) {
        var pipe: [CInt] = [-1, -1]
        var pair: [CInt] = [-1, -1]
        guard unsafe clinux_pipe(&pipe) == 0 else { throw .lastError("pipe2") }
        guard unsafe clinux_packet_pair(&pair) == 0 else {
            let error = TransportError.lastError("socketpair")
            close(pipe[0])
            close(pipe[1])
            throw error
        }
        (log, control, peers) = (pipe[0], pair[0], [pair[1], pipe[1]])
    }

    deinit {
        close(log)
        if !isTaken.withLock({ $0 }) { close(control) }
    }

    func takeControl() -> CInt {
        isTaken.withLock { $0 = true }
        return control
    }

    func closePeers() {
        for descriptor in peers { close(descriptor) }
    }
}

/// A template that is on its way: how it ends up is told once.
private final class TemplateMaking: Sendable {
    typealias Outcome = Result<WorkerTemplate, TransportError>

    private final class Handler: Sendable {
        let call: @Sendable (Outcome) -> Void
        init(_ call: @escaping @Sendable (Outcome) -> Void) { self.call = call }
    }

    private struct State {
        var outcome: Outcome?
        var handler: Handler?
        var connection: ForkConnection?
    }

    let name: String
    private let state = Mutex(State())

    init(name: String) {
        self.name = name
    }

    func began(_ connection: ForkConnection) {
        let isOver = state.withLock { state in
            if state.outcome == nil { state.connection = connection }
            return state.outcome != nil
        }
        if isOver { connection.kill() }
    }

    /// Ends the process if it is still on its way.
    func giveUp(_ error: TransportError) {
        let connection = state.withLock { $0.connection }
        if finish(.failure(error)) { connection?.kill() }
    }

    /// Whether this was the first outcome.
    @discardableResult
    func finish(_ outcome: Outcome) -> Bool {
        let (isFirst, handler) = state.withLock { state -> (Bool, Handler?) in
            guard state.outcome == nil else { return (false, nil) }
            // Kept for who comes to ask; else the template is held by its user alone.
            if state.handler == nil {
                state.outcome = outcome
            } else {
                state.outcome = .failure(.told)
            }
            state.connection = nil
            return (true, state.handler)
        }
        handler?.call(outcome)
        return isFirst
    }

    func onEnd(_ call: @escaping @Sendable (Outcome) -> Void) {
        let outcome: Outcome? = state.withLock { state in
            guard let outcome = state.outcome else {
                state.handler = Handler(call)
                return nil
            }
            state.outcome = .failure(.told)
            return outcome
        }
        if let outcome { call(outcome) }
    }
}

extension TransportError {
    fileprivate static let told = TransportError(.closed, "it was told before")
}
