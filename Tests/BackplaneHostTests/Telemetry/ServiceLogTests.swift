// SPDX-License-Identifier: Apache-2.0

import Logging
import Synchronization
import Testing

@testable import BackplaneHost

struct ServiceLogTests {
    private let log = ServiceLog(
        service: "service",
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))

    private func write(_ message: String, _ level: Logger.Level = .info) {
        log.write(level, message, identifier: "service/1#1", generation: 1)
    }

    @Test func `the last lines are kept, oldest first, with their numbers`() {
        for number in 1...(ServiceLog.capacity + 500) { write("\(number)") }
        let lines = log.last(.max)
        #expect(lines.count == ServiceLog.capacity)
        #expect(lines.first?.message == "501")
        #expect(lines.last?.number == UInt64(ServiceLog.capacity + 500))
        #expect(log.last(2).map(\.message) == lines.suffix(2).map(\.message))
        #expect(log.last(0).isEmpty)
        #expect(log.last(-1).isEmpty)
    }

    @Test func `lines below a level are left out`() {
        write("quiet", .debug)
        write("loud", .error)
        write("plain")
        #expect(log.last(10, from: .info).map(\.message) == ["loud", "plain"])
        #expect(log.last(1, from: .error).map(\.message) == ["loud"])
    }

    @Test func `followers get every line until they leave`() {
        let seen = Mutex<[String]>([])
        write("before")
        let number = log.follow { line in seen.withLock { $0.append(line.message) } }
        write("one")
        write("two")
        log.unfollow(number)
        write("after")
        #expect(seen.withLock { $0 } == ["one", "two"])
    }

    @Test func `followers get lines in the order of their numbers, whoever writes them`() {
        let seen = Mutex<[UInt64]>([])
        let number = log.follow { line in seen.withLock { $0.append(line.number) } }
        #expect(onThreads(4) { _ in for _ in 0..<500 { write("line") } })
        log.unfollow(number)
        #expect(seen.withLock { $0 } == Array(1...2000))
    }

    @Test func `a line that is too long is cut`() {
        write(String(repeating: "ü", count: ServiceLog.lineLimit))
        let message = log.last(1).first?.message
        #expect(message.map { $0.utf8.count <= ServiceLog.lineLimit + 100 } == true)
        #expect(message?.hasPrefix("üüü") == true)
        #expect(message?.hasSuffix("bytes in all)") == true)
    }

    @Test func `long lines take the place of many`() {
        let long = String(repeating: "x", count: ServiceLog.lineLimit)
        for _ in 0..<ServiceLog.capacity { write(long) }
        let lines = log.last(.max)
        #expect(lines.count * ServiceLog.lineLimit <= ServiceLog.byteLimit)
        #expect(lines.last?.number == UInt64(ServiceLog.capacity))
    }
}
