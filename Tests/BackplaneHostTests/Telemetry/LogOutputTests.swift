// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Logging
import Testing

@testable import BackplaneHost

struct LogOutputTests {
    private let entry = LogEntry(
        time: "2026-01-31T23:59:59.123Z", level: "info", service: "echo", generation: 2,
        message: "plugin loaded", metadata: ["path": "/a b", "plugin": "echo"])

    @Test func `people read a line with the service in front`() {
        #expect(
            LogText.plain(entry)
                == #"2026-01-31T23:59:59.123Z info    echo/2: plugin loaded path="/a b" plugin=echo"#
        )
    }

    @Test func `programs read an object`() {
        #expect(
            LogText.json(entry).hasPrefix(
                #"{"time":"2026-01-31T23:59:59.123Z","level":"info","service":"echo","generation":2,"#
            ))
    }

    @Test func `what is logged cannot forge lines or move a terminal's cursor`() {
        let forged = LogEntry(
            time: "t", level: "info", message: "a\nb\u{1b}[2J", metadata: ["k": "c\r\nd e"])
        #expect(LogText.plain(forged) == #"t info    a\nb\u{1B}[2J k="c\r\nd e""#)
        #expect(!LogText.json(forged).contains("\n"))
    }

    @Test func `what is not urgent waits until it is let go`() throws {
        let pipe = try Pipe()
        let output = LogOutput(descriptor: pipe.writing, isJSON: false, keepsBack: true)
        output.write(line("first", "info"), level: .info)
        output.write(line("urgent", "error"), level: .error)
        output.write(line("second", "info"), level: .info)
        output.release()
        output.write(line("third", "info"), level: .info)
        output.close(within: .seconds(10))
        #expect(pipe.lines().map { $0.suffix(6) } == ["urgent", " first", "second", " third"])
    }

    @Test func `who logs never waits, and is told what was dropped`() throws {
        let pipe = try Pipe()
        let output = LogOutput(descriptor: pipe.writing, isJSON: false)
        let long = String(repeating: "x", count: 10_000)
        // The pipe takes 64 KiB, the output 1 MiB; nobody reads.
        for _ in 0..<500 { output.write(line(long, "info"), level: .info) }
        var read = pipe.lines(atLeast: 50)
        output.write(line("after", "info"), level: .info)
        read += pipe.lines(until: "after")
        let dropped = read.first { $0.contains("log lines dropped") }?.split(separator: "=").last
        let count = try #require(dropped.flatMap { Int($0) })
        #expect(count + read.filter { $0.hasSuffix("xxx") }.count == 500)
        output.close(within: .seconds(10))
    }

    private func line(_ message: String, _ level: String) -> LogEntry {
        LogEntry(time: "t", level: level, message: message)
    }
}

/// A pipe and the lines that come out of it.
private final class Pipe {
    let writing: Int32
    private let reading: Int32
    private var splitter = LineSplitter(limit: 1 << 20)

    init() throws {
        var ends: (Int32, Int32) = (-1, -1)
        let result = unsafe withUnsafeMutableBytes(of: &ends) {
            unsafe clinux_stream_pair($0.assumingMemoryBound(to: Int32.self).baseAddress)
        }
        guard result == 0 else { throw ControlError.system("socketpair", "of a test") }
        (reading, writing) = ends
    }

    deinit {
        close(reading)
        close(writing)
    }

    /// What has come, without waiting for more.
    func lines() -> [String] { read(flags: Int32(MSG_DONTWAIT)) { _ in false } }

    func lines(atLeast count: Int) -> [String] { read(flags: 0) { $0.count >= count } }

    func lines(until end: String) -> [String] {
        read(flags: 0) { $0.last?.hasSuffix(end) == true }
    }

    private func read(flags: Int32, until isEnough: ([String]) -> Bool) -> [String] {
        var lines: [String] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            while case .line(let line) = splitter.next() {
                lines.append(String(decoding: line, as: UTF8.self))
            }
            if isEnough(lines) { return lines }
            // A test that waits for what never comes fails instead of hanging.
            var waiting = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
            if flags == 0 { _ = unsafe poll(&waiting, 1, 20_000) }
            let count = unsafe recv(reading, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return lines }
            splitter.append(chunk[..<count])
        }
    }
}
