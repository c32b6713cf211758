// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Logging
internal import Synchronization

/// The log of one service: its records, and the lines its workers print.
///
/// It keeps the last ones, over restarts and generations, and passes all on to the host's log and
/// to whoever follows.
final class ServiceLog: Sendable {
    /// One record or line.
    struct Line: Sendable {
        /// Counts up from 1 within the service; gaps show followers what they missed.
        let number: UInt64
        let time: Timestamp
        let level: Logger.Level
        let message: String
        let metadata: [String: String]
        /// The instance, such as `compute/2#1`.
        let identifier: String
        let generation: Int

        var size: Int {
            metadata.reduce(message.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        }
    }

    private final class Follower: Sendable {
        let take: @Sendable (Line) -> Void
        init(take: @escaping @Sendable (Line) -> Void) { self.take = take }
    }

    private struct State {
        var lines = Deque<Line>()
        var bytes = 0
        var count: UInt64 = 0
        var followers: [UInt64: Follower] = [:]
        var nextFollower: UInt64 = 0
        /// Lines that are written and not yet passed on.
        var passing = Deque<Line>()
        var isPassing = false

        mutating func keep(_ line: Line) {
            lines.append(line)
            bytes += line.size
            while lines.count > capacity || bytes > byteLimit, let oldest = lines.popFirst() {
                bytes -= oldest.size
            }
        }
    }

    /// How many lines are kept.
    static let capacity = 2000
    /// How many bytes of them are kept.
    static let byteLimit = 8 << 20
    /// How long a message, or a value of its metadata, may be; the rest is cut off.
    static let lineLimit = 64 << 10

    let service: String
    private let logger: Logger
    private let state = Mutex<State>(State())

    init(service: String, logger: Logger) {
        self.service = service
        self.logger = logger
    }

    /// Takes a record.
    ///
    /// Any thread; does not wait for followers.
    func write(
        _ level: Logger.Level, _ message: String, metadata: [String: String] = [:],
        identifier: String, generation: Int
    ) {
        let message = Self.cut(message)
        let metadata = metadata.mapValues { Self.cut($0) }
        let isFirst = state.withLock { state in
            state.count += 1
            let line = Line(
                number: state.count, time: .now, level: level, message: message,
                metadata: metadata, identifier: identifier, generation: generation)
            state.keep(line)
            guard !state.followers.isEmpty else { return false }
            state.passing.append(line)
            defer { state.isPassing = true }
            return !state.isPassing
        }
        if isFirst { pass() }
        var shown: Logger.Metadata = [
            LogKey.service: "\(service)", LogKey.generation: "\(generation)",
        ]
        for (key, value) in metadata { shown[key] = "\(value)" }
        logger.log(level: level, "\(message)", metadata: shown, source: service)
    }

    /// Passes lines on, one at a time and in order, also those that others write meanwhile.
    private func pass() {
        while true {
            let (line, followers) = state.withLock { state in
                let line = state.passing.popFirst()
                if line == nil { state.isPassing = false }
                return (line, Array(state.followers.values))
            }
            guard let line else { return }
            for follower in followers { follower.take(line) }
        }
    }

    /// A text as long as it may be kept.
    static func cut(_ text: String) -> String {
        let count = text.utf8.count
        guard count > lineLimit else { return text }
        let start = String(decoding: text.utf8.prefix(lineLimit), as: UTF8.self)
        return "\(start)… (\(count) bytes in all)"
    }

    /// The last lines, oldest first.
    func last(_ count: Int, from level: Logger.Level = .trace) -> [Line] {
        state.withLock { state in
            Array(state.lines.filter { $0.level >= level }.suffix(max(0, count)))
        }
    }

    /// Passes on every line from now on, until `unfollow`.
    ///
    /// `take` must not block.
    func follow(_ take: @escaping @Sendable (Line) -> Void) -> UInt64 {
        state.withLock { state in
            state.nextFollower += 1
            state.followers[state.nextFollower] = Follower(take: take)
            return state.nextFollower
        }
    }

    /// Ends what `follow` began.
    func unfollow(_ number: UInt64) {
        _ = state.withLock { $0.followers.removeValue(forKey: number) }
    }
}
