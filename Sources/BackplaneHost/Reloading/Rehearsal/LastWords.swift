// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport
internal import Synchronization

/// What a rehearsed process printed last: mostly why it is about to die.
final class LastWords: Sendable {
    /// Longer lines are cut off.
    private static let limit = 300
    /// So long may a line be on its way when its process is gone already.
    private static let patience = Duration.milliseconds(50)

    private struct State {
        var last: String?
        /// The last line that speaks of a fatal error: others may follow it.
        var fatal: String?
    }

    private let state = Mutex(State())
    private let something = Promise<Bool>()

    /// Takes a line that the process printed.
    func take(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }) else { return }
        let words = line.count > Self.limit ? "\(line.prefix(Self.limit))…" : line
        state.withLock { state in
            state.last = words
            if words.contains("Fatal error") { state.fatal = words }
        }
        something.keep(true)
    }

    /// The line that says most, once the process has ended.
    func line(in deadlines: DeadlineQueue) async -> String? {
        // Lines come by a way of their own, which may be a little longer than that of the news.
        let late = Promise(
            by: Instant.now.advanced(by: Self.patience), else: false, in: deadlines)
        await withTaskGroup { tasks in
            tasks.addTask { [something] in
                _ = await something.value
                late.keep(true)
            }
            _ = await late.value
            something.keep(false)
        }
        return state.withLock { $0.fatal ?? $0.last }
    }
}
