// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import DequeModule
internal import Synchronization

/// Hands a call's requests to its handler: one at a time, in order, on threads that may block.
final class RequestAnswerer: Sendable {
    /// Closures in a class of their own, see `Threads`.
    private final class Handler: Sendable {
        let body: @Sendable (Request<Value>) async throws -> Void
        let failed: @Sendable (Request<Value>, any Error) -> Void

        init(
            body: @escaping @Sendable (Request<Value>) async throws -> Void,
            failed: @escaping @Sendable (Request<Value>, any Error) -> Void
        ) {
            self.body = body
            self.failed = failed
        }
    }

    private struct State {
        var handler: Handler?
        var waiting = Deque<Request<Value>>()
        var isHandling = false
        var isClosed = false
    }

    private let executor: ThreadExecutor
    private let state = Mutex(State())

    init(executor: ThreadExecutor) {
        self.executor = executor
    }

    /// Whether there is a handler.
    var isAttached: Bool { state.withLock { $0.handler != nil } }

    /// Attaches the handler; `failed` is told when it throws.
    func attach(
        _ body: @escaping @Sendable (Request<Value>) async throws -> Void,
        failed: @escaping @Sendable (Request<Value>, any Error) -> Void
    ) {
        let handler = Handler(body: body, failed: failed)
        state.withLock { $0.handler = handler }
    }

    func received(_ request: Request<Value>) {
        state.withLock { state in
            guard state.handler != nil, !state.isClosed else { return }
            state.waiting.append(request)
            guard !state.isHandling else { return }
            state.isHandling = true
            // Ends when no request waits. Not cancelled with the call: a handler may have more to do
            // once it has answered.
            Task(name: "requests", executorPreference: executor) { await self.handleAll() }
        }
    }

    /// Forgets requests that wait: who asked has been told that the call is over.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.waiting = []
        }
    }

    private func handleAll() async {
        while let (request, handler) = next() {
            do {
                try await handler.body(request)
            } catch {
                handler.failed(request, error)
            }
        }
    }

    private func next() -> (Request<Value>, Handler)? {
        state.withLock { state in
            guard let handler = state.handler, let request = state.waiting.popFirst() else {
                state.isHandling = false
                return nil
            }
            return (request, handler)
        }
    }
}
