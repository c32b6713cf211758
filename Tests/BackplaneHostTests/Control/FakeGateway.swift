// SPDX-License-Identifier: Apache-2.0

import BackplaneJSON
import BackplanePayload
import BackplaneTransport
import Synchronization

@testable import BackplaneHost

/// A host that does what the name of the called method says.
///
/// - `echo` gives its arguments back.
/// - `fail.CODE` ends with that error.
/// - `wait` ends when it is cancelled, or when `release` is called.
/// - `stream` sends messages 0, 1, 2 … as many as its one argument says, at most `window` of them not
///   yet acknowledged; then gives how many.
/// - `close` closes its messages, then gives nothing.
/// - `ask` asks its arguments, and ends as its answer does.
final class FakeGateway: CallGateway {
    static let window = 4

    struct State {
        var waiting: [FakeCall] = []
        var started: [String] = []
        var cancelled = 0
        var acknowledged = 0
        var mostUnacknowledged = 0
    }

    let state = Monitor(State())

    func start(
        _ target: String, arguments: Payload, options: CallOptions, audience: any CallAudience
    ) -> any RunningCall {
        let call = FakeCall(gateway: self, audience: audience)
        change { $0.started.append(target) }
        switch target.split(separator: ".").first {
        case "echo":
            audience.finished(with: .value(arguments))
        case "fail":
            let code = OutcomeCode(name: String(target.dropFirst(5))) ?? .internal
            audience.finished(with: .error(code, "as you wish"))
        case "wait":
            change { $0.waiting.append(call) }
        case "release":
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for call in waiting { call.finish(.value(Payload([0xf5]))) }
            audience.finished(with: .value(.null))
        case "stream":
            call.stream(upTo: Self.number(arguments))
        case "close":
            audience.closed()
            audience.finished(with: .value(.null))
        case "ask":
            audience.received(FakeQuestion(payload: arguments) { call.finish($0) })
        case "nan":
            audience.finished(with: .value(Payload([0xf9, 0x7e, 0x00])))
        default:
            audience.finished(with: .error(.notFound, "no \(target)"))
        }
        return call
    }

    /// Changes the state, and lets those look again that wait for it to change.
    func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        state.notify(all: true)
    }

    /// Waits until the state is as wanted.
    ///
    /// - Returns: Whether it became so within ten seconds.
    func waits(until isWanted: (State) -> Bool) -> Bool {
        let end = Instant.now.advanced(by: .seconds(10))
        return state.wait(until: end) { isWanted($0) ? true : nil } ?? false
    }

    private static func number(_ arguments: Payload) -> Int {
        // A wrong number streams nothing, which the test that sent it sees.
        (try? JSON.parse(try JSON.text(from: arguments.bytes)))?[0]?.int ?? 0
    }
}

/// A call of a fake host.
final class FakeCall: RunningCall {
    private struct Stream {
        var next = 0
        var end = 0
        var unacknowledged = 0
        var isFinished = false
    }

    private let gateway: FakeGateway
    private let audience: any CallAudience
    private let state = Mutex(Stream())

    init(gateway: FakeGateway, audience: any CallAudience) {
        self.gateway = gateway
        self.audience = audience
    }

    func finish(_ outcome: Outcome) {
        let isFirst = state.withLock { state in
            defer { state.isFinished = true }
            return !state.isFinished
        }
        if isFirst { audience.finished(with: outcome) }
    }

    func cancel() {
        gateway.change { $0.cancelled += 1 }
        finish(.error(.cancelled, "cancelled"))
    }

    func stream(upTo end: Int) {
        state.withLock { $0.end = end }
        goOn()
    }

    func acknowledge(_ count: Int) {
        gateway.change { $0.acknowledged += count }
        state.withLock { $0.unacknowledged -= count }
        goOn()
    }

    private func goOn() {
        state.withLock { state in
            while !state.isFinished, state.unacknowledged < FakeGateway.window,
                state.next < state.end
            {
                state.unacknowledged += 1
                let count = state.unacknowledged
                gateway.change { $0.mostUnacknowledged = max($0.mostUnacknowledged, count) }
                audience.received(Self.message(state.next), from: "fake/1#1", in: self)
                state.next += 1
            }
            guard state.next == state.end, !state.isFinished else { return }
            state.isFinished = true
            audience.finished(with: .value(Payload(Self.integer(state.end))))
        }
    }

    /// A number, and ballast that fills what the kernel buffers.
    private static func message(_ number: Int) -> Payload {
        let ballast = [UInt8](repeating: UInt8(ascii: "x"), count: 10_000)
        return Payload([0x82] + integer(number) + [0x79, 0x27, 0x10] + ballast)
    }

    private static func integer(_ number: Int) -> [UInt8] {
        [0x19, UInt8(number >> 8), UInt8(number & 0xff)]
    }
}

/// A question of a fake host.
final class FakeQuestion: CallQuestion {
    let payload: Payload
    let identifier = "fake/1#1"
    private let answer: @Sendable (Outcome) -> Void

    init(payload: Payload, answer: @escaping @Sendable (Outcome) -> Void) {
        self.payload = payload
        self.answer = answer
    }

    func respond(_ outcome: Outcome) { answer(outcome) }
}
