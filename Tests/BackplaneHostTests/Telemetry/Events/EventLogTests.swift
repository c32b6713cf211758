// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Testing

@testable import BackplaneHost

struct EventLogTests {
    private let events = EventLog(
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))

    @Test func `the last events are kept, oldest first, with their numbers`() {
        for number in 1...(EventLog.capacity + 5) {
            events.record(service: "a", kind: .switched, generation: number)
        }
        let last = events.last(.max)
        #expect(last.count == EventLog.capacity)
        #expect(last.first?.number == 6)
        #expect(last.last?.generation == EventLog.capacity + 5)
        #expect(events.last(2) == last.suffix(2))
        #expect(events.last(0).isEmpty)
        #expect(events.last(-1).isEmpty)
    }

    @Test func `services are told apart`() {
        for service in ["a", "b", "host", "a"] { events.record(service: service, kind: .started) }
        #expect(events.last(10, of: ["a", "host"]).map(\.number) == [1, 3, 4])
        #expect(events.last(1, of: ["a"]).map(\.number) == [4])
        #expect(events.last(10, of: []).isEmpty)
    }

    @Test func `an event carries all that was said`() {
        let phases = [
            HostEvent.Phase(name: "rehearsed", duration: .milliseconds(31)),
            HostEvent.Phase(name: "switched", duration: .microseconds(200)),
        ]
        events.record(
            service: "a", kind: .rolledBack, generation: 3, cause: "it failed", hash: "ff",
            phases: phases, message: "words")
        let event = events.last(1).first
        #expect(event?.kind == .rolledBack)
        #expect(event?.phases == phases)
        #expect(event?.cause == "it failed")
        #expect(event?.hash == "ff")
        #expect(event?.message == "words")
    }

    @Test func `followers get every event in order until they leave, whoever records it`() {
        let seen = Mutex<[UInt64]>([])
        events.record(service: "a", kind: .started)
        let number = events.follow { event in seen.withLock { $0.append(event.number) } }
        #expect(onThreads(4) { _ in for _ in 0..<100 { events.record(service: "a", kind: .died) } })
        events.unfollow(number)
        events.record(service: "a", kind: .stopped)
        #expect(seen.withLock { $0 } == Array(2...401))
    }

    @Test func `each event is a line of the log, as severe as it is`() {
        let lines = Mutex<[(Logger.Level, String)]>([])
        let recorder = LogRecorder { level, text in lines.withLock { $0.append((level, text)) } }
        let events = EventLog(logger: Logger(label: "test", factory: { _ in recorder }))
        events.record(
            service: "echo", kind: .switched, generation: 2, cause: "why", hash: "ab",
            phases: [HostEvent.Phase(name: "switched", duration: .microseconds(200))])
        events.record(service: "host", kind: .refused, message: "words")
        events.record(service: "echo", kind: .died)
        let seen = lines.withLock { $0 }
        #expect(seen.map(\.0) == [.info, .warning, .error])
        #expect(
            seen.map(\.1) == [
                "generation switched build=ab cause=why event=switched generation=2 "
                    + "phases=switched 0.2 ms service=echo",
                "reload refused event=refused reason=words",
                "instance died event=died service=echo",
            ])
    }
}

/// Hands on what is logged.
private struct LogRecorder: LogHandler {
    let take: @Sendable (Logger.Level, String) -> Void
    var logLevel = Logger.Level.trace
    var metadata = Logger.Metadata()

    init(take: @escaping @Sendable (Logger.Level, String) -> Void) { self.take = take }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let words = (event.metadata ?? [:]).map { "\($0)=\($1)" }.sorted()
        take(event.level, (["\(event.message)"] + words).joined(separator: " "))
    }
}
