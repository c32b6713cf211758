// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Synchronization

/// Runs the host of a manager, at most once.
final class HostLife: Sendable {
    private enum Phase {
        case idle
        case up(Run)
        case ended(Run?)
    }

    /// A host that runs, or did.
    private struct Run {
        /// The host until its end.
        let host: Task<Void, any Error>
        /// Over when the services are up or have failed.
        let start: Task<Void, any Error>
    }

    private let host: Host
    private let ready: ReadySignal
    private let problem: BackplaneError?
    private let phase = Mutex<Phase>(.idle)
    /// Whether the host has started and nobody has ended it: what each call looks at.
    private let isUp = Atomic<Bool>(false)

    /// - Parameter problem: Why the host can't be started, if it can't.
    init(_ host: Host, ready: ReadySignal, problem: BackplaneError?) {
        self.host = host
        self.ready = ready
        self.problem = problem
    }

    /// Does something that must not happen while the host starts; not once it has begun to.
    ///
    /// - Returns: Nothing when it has begun to.
    /// - Throws: `unavailable` when it was ended.
    func beforeStart<Result>(
        _ body: () throws(CallError) -> Result
    ) throws(BackplaneError) -> Result? {
        let result: Swift.Result<Result?, BackplaneError> = phase.withLock { phase in
            switch phase {
            case .up: return .success(nil)
            case .ended: return .failure(.shutDown)
            case .idle:
                do throws(CallError) {
                    return .success(try body())
                } catch {
                    return .failure(BackplaneError(error))
                }
            }
        }
        return try result.get()
    }

    /// Starts the host unless somebody did, and waits until its services are up or have failed.
    ///
    /// - Throws: `unavailable` when it can't run, or was ended.
    func start() async throws(BackplaneError) {
        if isUp.load(ordering: .acquiring) { return }
        if let problem { throw problem }
        let start: Task<Void, any Error>? = phase.withLock { phase in
            switch phase {
            case .idle:
                let run = makeRun()
                phase = .up(run)
                return run.start
            case .up(let run): return run.start
            case .ended: return nil
            }
        }
        guard let start else { throw .shutDown }
        do {
            try await start.value
        } catch let error as BackplaneError {
            throw error
        } catch {
            throw BackplaneError(.unavailable, "the services can't be hosted: \(error)")
        }
        let isWanted = phase.withLock { if case .up = $0 { true } else { false } }
        if isWanted { isUp.store(true, ordering: .releasing) }
    }

    private func makeRun() -> Run {
        // Detached: whoever happens to start it first does not take it along when it is cancelled or
        // shut down. Its owner is the manager, which cancels it.
        let task = Task.detached(name: "backplane host") { [host, ready] in
            defer { ready.end() }
            try await host.run()
        }
        let start = Task.detached(name: "backplane start") { [ready] in
            guard await !ready.wait() else { return }
            // It ended: mostly because it could not begin.
            try await task.value
            throw BackplaneError.shutDown
        }
        return Run(host: task, start: start)
    }

    /// Waits until the host has ended, whoever ends it.
    func end() async throws {
        let run = phase.withLock { phase -> Run? in
            switch phase {
            case .idle: nil
            case .up(let run): run
            case .ended(let run): run
            }
        }
        try await run?.host.value
    }

    /// Has the host drain its services and end, once; does not wait.
    func abandon() {
        isUp.store(false, ordering: .releasing)
        let run = phase.withLock { phase -> Run? in
            switch phase {
            case .idle:
                phase = .ended(nil)
                host.releaseServices()
                return nil
            case .up(let run):
                phase = .ended(run)
                return run
            case .ended: return nil
            }
        }
        run?.host.cancel()
    }
}
