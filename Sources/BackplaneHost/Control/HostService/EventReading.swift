// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport
internal import DequeModule
internal import Synchronization

/// Sends events as the messages of a call, and goes on with what comes when it follows.
final class EventReading: CallHolder {
    /// What to read.
    struct Request: Sendable {
        /// Of which services; nil for all.
        var services: Set<String>?
        var count: Int
        var follow: Bool
    }

    private struct State {
        var follower: UInt64?
        /// The last event that was sent, or left out on purpose.
        var last: UInt64 = 0
        /// What came while the old ones were being sent.
        var early = Deque<HostEvent>()
        var isCaughtUp = false
    }

    private let request: Request
    private let call: Call
    private let events: EventLog
    private let source = HostMessages(method: "host.events")
    private let state = Mutex(State())

    init(_ request: Request, of events: EventLog, _ call: Call) {
        self.request = request
        self.events = events
        self.call = call
    }

    /// Sends what there is; then ends the call, or follows until its caller goes.
    func begin() {
        guard request.follow else {
            let last = events.last(request.count, of: request.services)
            for event in last { send(event, wait: .block) }
            do {
                return try HostService.answer(call, EventEnd(events: last.count))
            } catch {
                return call.complete(.error(.internal, "\(error)"))
            }
        }
        call.hold(by: self)
        // First, so that nothing is missed between the old and the new.
        let number = events.follow { [weak self] in self?.take($0) }
        state.withLock { $0.follower = number }
        let all = events.last(.max)
        let old = events.last(request.count, of: request.services)
        for event in old { send(event, wait: .block) }
        state.withLock { $0.last = max(all.last?.number ?? 0, old.last?.number ?? 0) }
        while let event = nextEarly() { send(event, wait: .never) }
        if call.isOver { cancelled(call) }
    }

    /// Takes an event that has just happened.
    private func take(_ event: HostEvent) {
        if let services = request.services, !services.contains(event.service) { return }
        let isEarly = state.withLock { state in
            if !state.isCaughtUp { state.early.append(event) }
            return !state.isCaughtUp
        }
        // A slow reader misses events; whoever records one never waits.
        if !isEarly { send(event, wait: .never) }
    }

    /// The next event that came early; when there is none any more, events go out as they come.
    private func nextEarly() -> HostEvent? {
        state.withLock { state in
            while let event = state.early.popFirst() {
                if event.number > state.last { return event }
            }
            state.isCaughtUp = true
            return nil
        }
    }

    func cancelled(_ call: Call) {
        call.hold(by: nil)
        let follower = state.withLock { state in
            defer { state.follower = nil }
            return state.follower
        }
        if let follower { events.unfollow(follower) }
        call.settle()
    }

    func settled(_ call: Call) {}

    private func send(_ event: HostEvent, wait: EmitWait) {
        guard let bytes = try? CBOR.encode(HostEventEntry(event)) else { return }
        // Refused when the caller is gone, or when it is slow.
        _ = call.emit(Payload(bytes), from: source, wait: wait)
    }
}
