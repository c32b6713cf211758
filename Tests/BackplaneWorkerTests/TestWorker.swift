// SPDX-License-Identifier: Apache-2.0

import BackplaneImage
import BackplaneTransport
import Foundation
import OracleSupport
import Synchronization
import Testing

/// A worker under test: what a slot does with it, as far as a test needs it.
final class TestWorker: Sendable {
    let process: WorkerProcess
    let log = Monitor<[String]>([])
    let dropped = Monitor(0)

    private struct State {
        var frames: [Frame] = []
        var hasEnded = false
        var failure: TransportError?
    }

    private let state = Monitor(State())
    private let numbers = Atomic<UInt64>(1)

    struct TimedOut: Error {}

    init(
        _ server: ForkServer, _ spawn: WorkerSpawn = WorkerSpawn(name: "test"),
        from template: WorkerTemplate? = nil
    ) async throws {
        process = try await server.spawn(spawn, from: template)
        let (log, dropped) = (log, dropped)
        try server.readLog(of: process) { lines, more in
            log.withLock { $0 += lines }
            log.notify(all: true)
            dropped.withLock { $0 += more }
            dropped.notify(all: true)
        }
        let state = state
        let process = process
        process.onExit { _ in
            process.hearEnd()
            Self.end(state, nil)
        }
        try process.listen(Listener(state))
    }

    private static func end(_ state: Monitor<State>, _ failure: TransportError?) {
        state.withLock { state in
            state.hasEnded = true
            state.failure = state.failure ?? failure
        }
        state.notify(all: true)
    }

    /// Keeps what the worker sends.
    private final class Listener: FrameReader {
        private let state: Monitor<State>

        init(_ state: Monitor<State>) { self.state = state }

        func received(_ frame: borrowing IncomingFrame, at moment: Instant) -> FrameVerdict {
            let frame = frame.frame
            state.withLock { $0.frames.append(frame) }
            state.notify(all: true)
            return .useful
        }

        func broke(_ error: TransportError) { TestWorker.end(state, error) }
    }

    /// A worker whose plugin is opened, created and started.
    static func running(
        _ server: ForkServer, _ plugin: CPlugin, _ spawn: WorkerSpawn = WorkerSpawn(name: "test"),
        concurrency: UInt64 = 1
    ) async throws -> TestWorker {
        let worker = try await TestWorker(server, spawn)
        let opened = try worker.step(worker.open(plugin.path()), .opened)
        try #require(opened.code == 0)
        try #require(worker.step(worker.create(concurrency: concurrency)).code == 0)
        try #require(worker.step(Frame(.start)).code == 0)
        return worker
    }

    func open(_ path: String) -> Frame {
        var fields = FieldWriter()
        fields.append(path)
        return Frame(.open, fields: fields.bytes)
    }

    func create(configuration: Payload = Payload([0xa0]), concurrency: UInt64 = 1) -> Frame {
        var fields = FieldWriter()
        for text in ["test", "test/1#1", "/somewhere"] { fields.append(text) }
        for number: UInt64 in [2, 0, concurrency, 0] { fields.append(number) }
        return Frame(
            .create, argument: 1, code: 1, fields: fields.bytes, payload: configuration)
    }

    /// Sends a frame with a number of its own.
    @discardableResult
    func send(_ frame: Frame) throws -> UInt64 {
        var frame = frame
        frame.number = numbers.add(1, ordering: .relaxed).newValue
        try process.channel.send(frame)
        return frame.number
    }

    func step(_ frame: Frame, _ kind: FrameKind = .outcome) throws -> FrameOutcome {
        let number = try send(frame)
        return try next(kind, number).outcome()
    }

    func call(_ method: UInt32, _ arguments: [UInt8] = [0x80]) throws -> FrameOutcome {
        try step(
            Frame(.invoke, argument: .max, code: method, payload: Payload(arguments)))
    }

    /// The next frame of a kind, and about a number if one is given; waits for it.
    func next(_ kind: FrameKind, _ number: UInt64? = nil, seconds: UInt64 = 20) throws -> Frame {
        let deadline = Instant.now.advanced(by: .seconds(seconds))
        let frame: Frame?? = state.wait(until: deadline) { state in
            let index = state.frames.firstIndex {
                $0.kind == kind && (number == nil || $0.number == number)
            }
            if let index { return .some(state.frames.remove(at: index)) }
            return state.hasEnded ? .some(nil) : nil
        }
        guard let frame, let frame else { throw TimedOut() }
        return frame
    }

    /// Whether the channel ends within some seconds.
    func ends(seconds: UInt64 = 20) -> Bool {
        let deadline = Instant.now.advanced(by: .seconds(seconds))
        return state.wait(until: deadline) { $0.hasEnded ? true : nil } ?? false
    }

    /// How it ended, if it does within some seconds.
    func exit(seconds: UInt64 = 20) -> WorkerExit? {
        process.exit(withinSeconds: seconds)
    }
}

extension WorkerProcess {
    func exit(withinSeconds seconds: UInt64) -> WorkerExit? {
        let end = Monitor<WorkerExit?>(nil)
        onExit { exit in
            end.withLock { $0 = exit }
            end.notify(all: true)
        }
        return end.wait(until: Instant.now.advanced(by: .seconds(seconds))) { $0 }
    }
}

/// A CBOR array of one small number, as the fixtures read it.
func argument(_ number: UInt32) -> [UInt8] {
    [0x81, 0x1a] + (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
}

extension FrameOutcome {
    /// The number that the fixtures give.
    var number: UInt32 {
        payload.bytes.dropFirst().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// The text that the fixtures give.
    var text: String {
        String(decoding: payload.bytes.dropFirst(5), as: UTF8.self)
    }
}
