// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import DequeModule
internal import Glibc
internal import Logging

/// Where a host's log goes: a descriptor, a line at a time, in one form.
///
/// Lines are written by a thread of its own: who logs never waits for who reads. When the reader is so
/// slow that more than a bounded number of bytes wait, lines are dropped, and their count is told
/// once there is room.
///
/// It may be told to keep back what is not urgent for a while, so that a start is reported in one
/// piece.
package final class LogOutput: Sendable {
    /// How many bytes may wait to be written.
    static let capacity = 1 << 20

    /// How many lines are kept back at most; one more lets all go.
    private static let keptLimit = 1000

    private struct State {
        var lines = Deque<String>()
        var bytes = 0
        var dropped = 0
        /// The lines that are kept back; nil when none are.
        var kept: [String]?
        var isWriting = false
        var isClosed = false
    }

    private let descriptor: Int32
    private let isJSON: Bool
    private let isColored: Bool
    private let state: Monitor<State>

    /// Begins to write to `descriptor`, which stays open.
    ///
    /// - Parameter keepsBack: Whether everything below `warning` waits for `release`.
    package init(descriptor: Int32, isJSON: Bool, isColored: Bool = false, keepsBack: Bool = false)
    {
        self.descriptor = descriptor
        self.isJSON = isJSON
        self.isColored = isColored
        state = Monitor(State(kept: keepsBack ? [] : nil))
        Threads.start("log") { self.run() }
    }

    /// Lets go of what was kept back, and keeps back no more.
    package func release() {
        state.withLock { release(&$0) }
        state.notify(all: true)
    }

    /// Waits until everything has been written, for as long as `time`; then the thread ends.
    package func close(within time: Duration) {
        state.withLock { state in
            release(&state)
            state.isClosed = true
        }
        state.notify(all: true)
        _ = state.wait(until: Instant.now.advanced(by: time)) { state in
            state.lines.isEmpty && !state.isWriting ? true : nil
        }
    }

    /// Writes an entry, now or later.
    ///
    /// Any thread; never waits.
    func write(_ entry: LogEntry, level: Logger.Level) {
        let line = text(of: entry) + "\n"
        state.withLock { state in
            guard level < .warning, let count = state.kept?.count else {
                return append(line, to: &state)
            }
            state.kept?.append(line)
            if count >= Self.keptLimit { release(&state) }
        }
        state.notify(all: true)
    }

    private func text(of entry: LogEntry) -> String {
        isJSON ? LogText.json(entry) : LogText.plain(entry, isColored: isColored)
    }

    private func release(_ state: inout State) {
        let kept = state.kept ?? []
        state.kept = nil
        for line in kept { append(line, to: &state) }
    }

    /// Adds a line, or counts it as dropped.
    private func append(_ line: String, to state: inout State) {
        let size = line.utf8.count
        guard state.bytes + size <= Self.capacity else {
            state.dropped += 1
            return
        }
        if state.dropped > 0 {
            let notice = LogEntry(
                time: Timestamp.now.text, level: "warning", message: "log lines dropped",
                metadata: ["count": "\(state.dropped)"])
            state.dropped = 0
            state.lines.append(text(of: notice) + "\n")
        }
        state.lines.append(line)
        state.bytes += size
    }

    private func run() {
        while let lines = next() { write(lines) }
    }

    /// Waits for lines to write; nil when there will be none.
    private func next() -> String? {
        state.withLock { $0.isWriting = false }
        state.notify(all: true)
        return state.wait { state in
            if state.lines.isEmpty {
                return state.isClosed ? .done(nil) : .wait(until: .never)
            }
            let lines = state.lines.joined()
            state.lines.removeAll()
            state.bytes = 0
            state.isWriting = true
            return .done(lines)
        }
    }

    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&waiting, 1, -1)
            } else if errno != EINTR {
                // A log that nobody takes any more is no reason to stop.
                return
            }
        }
    }
}
