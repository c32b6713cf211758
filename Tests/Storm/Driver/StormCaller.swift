// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneJSON
import BackplanePayload
import Synchronization

/// Keeps a number of calls in flight over one connection, and judges what comes of each.
///
/// For one thread.
final class StormCaller {
    private let client: ControlClient
    private let window: Int
    private let announcements: Announcements
    private var maker: CallMaker
    private var running: [RPCIdentifier: StormCall] = [:]
    private(set) var report = StormReport()

    init(
        socket: String, window: Int, seed: UInt64, announcements: Announcements
    ) throws {
        client = try ControlClient(path: socket)
        self.window = window
        self.announcements = announcements
        maker = CallMaker(seed: seed)
    }

    /// Calls until it is told to stop, then waits for what is still in flight.
    func run(until isOver: () -> Bool) {
        do throws(ControlError) {
            for _ in 0..<window { try begin() }
            while !running.isEmpty {
                if try take(client.receive()), !isOver() { try begin() }
            }
            try listenForMore()
        } catch {
            report.lost += running.count
            report.note("the connection broke: \(error.message)")
        }
    }

    private func begin() throws(ControlError) {
        var call = maker.next()
        call.announced = announcements.generations(of: call.services)
        let takes: String? =
            if case .stream = call.expectation { "{\"messages\":true}" } else { nil }
        running[try client.send(call.target, params: call.arguments, meta: takes)] = call
    }

    /// Whether it was the outcome of a call.
    private func take(_ message: RPCMessage) -> Bool {
        switch message {
        case .answer(let answer):
            guard let call = running.removeValue(forKey: answer.identifier) else {
                report.doubled += 1
                report.note("a second outcome of call \(answer.identifier.json)")
                return false
            }
            judge(answer.result, of: call)
            return true
        case .call(let call) where call.method == "comm/message":
            receive(call)
        case .call, .invalid:
            report.note("the host sent something that nobody asked for: \(message)")
        }
        return false
    }

    private func receive(_ message: RPCCall) {
        guard let number = message.member("call").flatMap({ Int($0) }),
            let data = message.member("data").flatMap({ try? JSON.parse($0) }),
            let answer = StormAnswer(data), running[RPCIdentifier(number)] != nil
        else {
            report.doubled += 1
            report.note("a message of a call that is over: \(message)")
            return
        }
        running[RPCIdentifier(number)]?.messages.append(answer)
    }

    private func judge(_ result: Result<String, RPCError>, of call: StormCall) {
        switch result {
        case .failure(let error):
            report.failed += 1
            report.note("\(call.target)\(call.arguments): \(error.data ?? "") \(error.message)")
        case .success(let text):
            guard let value = try? JSON.parse(text) else {
                report.failed += 1
                return report.note("\(call.target) gave what is no JSON: \(text)")
            }
            judge(value, of: call)
        }
    }

    private func judge(_ value: Value, of call: StormCall) {
        if let fault = call.fault(in: value) {
            report.failed += 1
            return report.note(fault)
        }
        let stale = call.stale(in: value)
        if !stale.isEmpty {
            report.stale += 1
            report.note("\(call.target) got \(stale) after \(call.announced) were announced")
        }
        for answer in call.answers(in: value) where !announcements.isRight(answer) {
            report.mistaken += 1
            report.note("\(call.target) got \(answer) of a generation of another build")
        }
        report.right += 1
        switch call.expectation {
        case .stream: report.streamed += 1
        case .chain: report.nested += 1
        case .answer: report.long += 1
        case .value: break
        }
    }

    /// Takes what comes until the answer of one more call: nothing may.
    private func listenForMore() throws(ControlError) {
        let last = try client.send("host.version", params: "[]")
        while true {
            let message = try client.receive()
            if case .answer(let answer) = message, answer.identifier == last { return }
            _ = take(message)
        }
    }
}
