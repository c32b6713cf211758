// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The handlers of one scheduler or task, and how often each event happened.
final class EventHandlers<Kind: Hashable & Sendable, Event: Sendable>: Sendable {
    /// Closures in a class of their own, see `Threads`.
    private final class Handler: Sendable {
        let when: @Sendable () -> Bool
        let body: @Sendable (Event) async throws -> Void

        init(
            when: @escaping @Sendable () -> Bool,
            body: @escaping @Sendable (Event) async throws -> Void
        ) {
            self.when = when
            self.body = body
        }
    }

    private struct State {
        var handlers: [Kind: [Handler]] = [:]
        var counts: [Kind: Int] = [:]
    }

    private let state = Mutex(State())

    /// How often each event happened.
    var counts: [Kind: Int] { state.withLock { $0.counts } }

    /// Whether anybody handles such an event.
    func hasHandlers(for kind: Kind) -> Bool {
        state.withLock { $0.handlers[kind]?.isEmpty == false }
    }

    /// Registers a handler, which is called after those that were registered before.
    func add(
        _ kind: Kind, when: @escaping @Sendable () -> Bool,
        body: @escaping @Sendable (Event) async throws -> Void
    ) {
        let handler = Handler(when: when, body: body)
        state.withLock { $0.handlers[kind, default: []].append(handler) }
    }

    /// Counts the event.
    func count(_ kind: Kind) {
        state.withLock { $0.counts[kind, default: 0] += 1 }
    }

    /// Has every handler deal with the event, one after the other.
    ///
    /// - Returns: What the first of those that threw threw.
    func handle(_ kind: Kind, _ event: Event) async -> (any Error)? {
        var first: (any Error)?
        for handler in state.withLock({ $0.handlers[kind] ?? [] }) where handler.when() {
            do {
                try await handler.body(event)
            } catch {
                first = first ?? error
            }
        }
        return first
    }
}
