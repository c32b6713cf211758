// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneJSON
import BackplanePayload
import Foundation
import OracleSupport
import Synchronization

/// Hears of a host's events as they happen, and keeps them.
///
/// What it has heard was announced: whoever begins a call afterwards is not answered by a generation
/// that was replaced.
public final class EventFollower: Sendable {
    /// One event of the host's.
    public struct Event: Sendable {
        /// The service that it is about.
        public let service: String
        /// What happened: `switched`, `refused`, and others.
        public let kind: String
        /// The generation that it is about.
        public let generation: Int?
        /// Why.
        public let message: String?
        /// Milliseconds that each phase took, in order.
        public let phases: [(name: String, milliseconds: Double)]
        /// When it was heard.
        public let time: ContinuousClock.Instant

        /// Whether it says what became of a new build.
        public var isVerdict: Bool {
            !["retired", "started", "unchanged", "warning"].contains(kind)
        }
    }

    private let heard = Mutex<[Event]>([])
    private let end = Mutex<String?>(nil)

    /// Follows the host whose control socket is at `path`, until that goes away.
    ///
    /// - Parameter noticed: Told each event before anybody else, on a thread of the follower's.
    public init(socket path: String) throws {
        let client = UncheckedClient(client: try ControlClient(path: path))
        let identifier = try client.client.send(
            "host.events", params: "{\"follow\":true,\"count\":1000}", meta: "{\"messages\":true}")
        Thread.detachNewThread { [self] in
            listen(client.client, identifier)
        }
        // A host has something to tell from its first service on.
        _ = try wait("the first event") { _ in true }
    }

    /// The connection, which goes from the thread that makes it to the one that listens.
    ///
    /// SAFETY: the first has let go of it when the second begins.
    private struct UncheckedClient: @unchecked Sendable {
        let client: ControlClient
    }

    /// What it has heard so far.
    public var events: [Event] { heard.withLock { $0 } }

    /// Waits for an event, after the first `count` of them.
    public func wait(
        _ what: String, after count: Int = 0, within limit: Duration = .seconds(60),
        until isIt: (Event) -> Bool
    ) throws -> Event {
        var found: Event?
        try Deadline.wait(what, within: limit) {
            if let end = end.withLock({ $0 }) {
                throw Deadline.Passed(
                    description: "no more events, while waiting for \(what): \(end)")
            }
            found = events.dropFirst(count).first(where: isIt)
            return found != nil
        }
        guard let found else { throw Deadline.Passed(description: "no \(what)") }
        return found
    }

    private func listen(_ client: ControlClient, _ identifier: RPCIdentifier) {
        do throws(ControlError) {
            while true {
                switch try client.receive() {
                case .call(let call): hear(call)
                case .answer(let answer):
                    return end.withLock { $0 = "\(answer.result)" }
                case .invalid(_, let error):
                    return end.withLock { $0 = error.message }
                }
            }
        } catch {
            end.withLock { $0 = error.message }
        }
    }

    private func hear(_ call: RPCCall) {
        guard let text = call.member("data"), let value = try? JSON.parse(text),
            let event = Event(value)
        else { return }
        heard.withLock { $0.append(event) }
    }
}

extension EventFollower.Event {
    fileprivate init?(_ value: Value) {
        guard let kind = value["kind"]?.string else { return nil }
        self.init(
            service: value["service"]?.string ?? "", kind: kind,
            generation: value["generation"]?.int, message: value["message"]?.string,
            phases: (value["phases"]?.array ?? []).compactMap { phase in
                guard let name = phase["name"]?.string,
                    let time = phase["milliseconds"]?.double
                else { return nil }
                return (name, time)
            }, time: .now)
    }
}
