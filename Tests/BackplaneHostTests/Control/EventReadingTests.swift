// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import BackplaneTransport
import Testing

@testable import BackplaneHost

struct EventReadingTests {
    private func numbers(_ call: RecordedCall) -> [Int] {
        call.values.compactMap { value in
            guard case .map(let entry) = value, case .integer(let number) = entry["number"] else {
                return nil
            }
            return Int(number)
        }
    }

    @Test func `events come as messages, then their number`() async throws {
        let host = try await TestHost([])
        let events = host.host.resources.events
        for service in ["x", "y", "x"] { events.record(service: service, kind: .warning) }
        let last = events.last(1).first?.number ?? 0
        var options = CallOptions()
        options.takesMessages = true
        let all = try host.start("host.events", nil, 2, options: options)
        _ = try await all.outcome.get()
        #expect(numbers(all) == [Int(last) - 1, Int(last)])
        let some = try host.start(
            "host.events", ["x"], 1, options: options)
        let end = try CBOR.decode(EventEnd.self, from: try await some.outcome.get().bytes)
        #expect(end.events == 1)
        #expect(numbers(some) == [Int(last)])
        #expect(await host.code("host.events", ["nobody"]) == .notFound)
        try await host.stop()
    }

    @Test(.timeLimit(.minutes(1)))
    func `following goes on with what comes until it is cancelled`() async throws {
        let host = try await TestHost([])
        let events = host.host.resources.events
        events.record(service: "x", kind: .warning)
        var options = CallOptions()
        options.takesMessages = true
        let call = try host.start(
            "host.events", ["x"], nil, true, options: options)
        await call.waitForMessage()
        events.record(service: "y", kind: .warning)
        events.record(service: "x", kind: .refused)
        while call.values.count < 2 { await Task.yield() }
        call.cancel()
        #expect(await call.outcome.error?.code == .cancelled)
        #expect(numbers(call).count == 2)
        try await host.stop()
    }
}
