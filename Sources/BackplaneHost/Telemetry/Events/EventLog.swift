// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Logging
internal import Synchronization

/// What happened to the services of a host: the last events, each also a line of the host's log.
final class EventLog: Sendable {
    private final class Follower: Sendable {
        let take: @Sendable (HostEvent) -> Void
        init(take: @escaping @Sendable (HostEvent) -> Void) { self.take = take }
    }

    private struct State {
        var events = Deque<HostEvent>()
        var count: UInt64 = 0
        var followers: [UInt64: Follower] = [:]
        var nextFollower: UInt64 = 0
        /// Events that are recorded and not yet passed on.
        var passing = Deque<HostEvent>()
        var isPassing = false
    }

    /// How many events are kept.
    static let capacity = 1000

    private let logger: Logger
    private let state = Mutex<State>(State())

    init(logger: Logger) {
        self.logger = logger
    }

    /// Takes an event.
    ///
    /// Any thread; does not wait for followers.
    ///
    /// - Parameters:
    ///   - service: The service, or `host`.
    ///   - cause: Why it happened, in words.
    ///   - hash: The hash of the plugin's bytes, in hex.
    ///   - phases: In the order in which they happened.
    func record(
        service: String, kind: HostEvent.Kind, generation: Int? = nil, cause: String? = nil,
        hash: String? = nil, phases: [HostEvent.Phase] = [], message: String? = nil
    ) {
        let (event, isFirst) = state.withLock { state in
            state.count += 1
            let event = HostEvent(
                number: state.count, time: .now, service: service, kind: kind,
                generation: generation, cause: cause, hash: hash, phases: phases,
                message: message.map { ServiceLog.cut($0) })
            state.events.append(event)
            if state.events.count > Self.capacity { state.events.removeFirst() }
            guard !state.followers.isEmpty else { return (event, false) }
            state.passing.append(event)
            defer { state.isPassing = true }
            return (event, !state.isPassing)
        }
        if isFirst { pass() }
        event.write(to: logger)
    }

    /// Passes events on, one at a time and in order, also those that others record meanwhile.
    private func pass() {
        while true {
            let (event, followers) = state.withLock { state in
                let event = state.passing.popFirst()
                if event == nil { state.isPassing = false }
                return (event, Array(state.followers.values))
            }
            guard let event else { return }
            for follower in followers { follower.take(event) }
        }
    }

    /// The last events, oldest first; those of some services only when they are named.
    func last(_ count: Int, of services: Set<String>? = nil) -> [HostEvent] {
        state.withLock { state in
            guard let services else { return Array(state.events.suffix(max(0, count))) }
            let events = state.events.filter { services.contains($0.service) }
            return Array(events.suffix(max(0, count)))
        }
    }

    /// Passes on every event from now on, until `unfollow`.
    ///
    /// `take` must not block.
    func follow(_ take: @escaping @Sendable (HostEvent) -> Void) -> UInt64 {
        state.withLock { state in
            state.nextFollower += 1
            state.followers[state.nextFollower] = Follower(take: take)
            return state.nextFollower
        }
    }

    /// Ends what `follow` began.
    func unfollow(_ number: UInt64) {
        _ = state.withLock { $0.followers.removeValue(forKey: number) }
    }
}
