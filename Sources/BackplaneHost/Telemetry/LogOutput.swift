// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Logging
internal import Synchronization

/// Where a host's log goes: a descriptor, a line at a time, in one form.
///
/// It may be told to keep back what is not urgent for a while, so that a start is reported in one
/// piece.
package final class LogOutput: Sendable {
    /// How many lines are kept back at most; one more lets all go.
    private static let capacity = 1000

    private let descriptor: Int32
    private let isJSON: Bool
    private let isColored: Bool
    /// The lines that are kept back; nil when none are.
    private let kept: Mutex<[String]?>

    /// - Parameter keepsBack: Whether everything below `warning` waits for `release`.
    package init(descriptor: Int32, isJSON: Bool, isColored: Bool = false, keepsBack: Bool = false)
    {
        self.descriptor = descriptor
        self.isJSON = isJSON
        self.isColored = isColored
        kept = Mutex(keepsBack ? [] : nil)
    }

    /// Writes what was kept back, and keeps back no more.
    package func release() {
        kept.withLock { kept in
            if let lines = kept { write(lines.joined()) }
            kept = nil
        }
    }

    func write(_ entry: LogEntry, level: Logger.Level) {
        let text = isJSON ? LogText.json(entry) : LogText.plain(entry, isColored: isColored)
        kept.withLock { kept in
            if let count = kept?.count, level < .warning, count < Self.capacity {
                kept?.append(text + "\n")
            } else {
                if let count = kept?.count, count >= Self.capacity {
                    write(kept?.joined() ?? "")
                    kept = nil
                }
                write(text + "\n")
            }
        }
    }

    /// Writes under the lock, so that lines do not mix.
    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            // A log that nobody takes any more is no reason to stop.
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
