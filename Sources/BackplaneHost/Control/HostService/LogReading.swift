// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport
internal import Logging
internal import Synchronization

/// Sends logs as the messages of a call, and goes on with what comes when it follows.
final class LogReading: CallHolder {
    /// What to read.
    struct Request: Sendable {
        var services: [Host.ManagedService]
        var lines: Int
        var level: Logger.Level
        var follow: Bool
    }

    private struct State {
        var followed: [(ServiceLog, UInt64)] = []
        var isOver = false
    }

    private let request: Request
    private let call: Call
    private let source = HostMessages(method: "host.logs")
    private let state = Mutex(State())

    init(_ request: Request, _ call: Call) {
        self.request = request
        self.call = call
    }

    /// Sends what there is; then ends the call, or follows until its caller goes.
    func begin() {
        let lines = request.services.flatMap { managed in
            managed.log.last(request.lines, from: request.level).map {
                (line: $0, service: managed.service.name)
            }
        }
        let last = lines.sorted { $0.line.time < $1.line.time }.suffix(max(0, request.lines))
        for (line, service) in last { send(line, of: service, wait: .block) }
        guard request.follow else {
            do {
                return try HostService.answer(call, LogEnd(lines: last.count))
            } catch {
                return call.complete(.error(.internal, "\(error)"))
            }
        }
        call.hold(by: self)
        for managed in request.services { follow(managed) }
        if call.isOver { cancelled(call) }
    }

    private func follow(_ managed: Host.ManagedService) {
        let name = managed.service.name
        let number = managed.log.follow { [weak self] line in
            guard let self, line.level >= self.request.level else { return }
            // A slow reader misses lines; the writer of a log never waits for one.
            self.send(line, of: name, wait: .never)
        }
        state.withLock { $0.followed.append((managed.log, number)) }
    }

    func cancelled(_ call: Call) {
        call.hold(by: nil)
        let followed = state.withLock { state in
            defer { state.followed = [] }
            return state.followed
        }
        for (log, number) in followed { log.unfollow(number) }
        call.settle()
    }

    func settled(_ call: Call) {}

    private func send(_ line: ServiceLog.Line, of service: String, wait: EmitWait) {
        guard let bytes = try? CBOR.encode(LogEntry(line, service: service)) else { return }
        // Refused when the caller is gone, or when it is slow.
        _ = call.emit(Payload(bytes), from: source, wait: wait)
    }
}

extension LogEntry {
    /// A line as reports show it.
    init(_ line: ServiceLog.Line, service: String) {
        let worker = line.identifier.split(separator: "#").last.flatMap { Int($0) }
        self.init(
            time: line.time.text, level: line.level.rawValue, service: service,
            generation: line.generation, worker: worker, message: line.message,
            metadata: line.metadata)
    }
}
