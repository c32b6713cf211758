// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// The form of an event that people read.
package enum EventText {
    /// How many digits of a hash tell builds apart.
    private static let hashDigits = 8

    /// One line, without its end.
    ///
    /// `2026-01-31T23:59:59.123Z echo/2 switched (asked for by a command) build 1a2b3c4d: rehearsed 31 ms,
    /// switched 0.2 ms; words`.
    ///
    /// - Parameter isColored: Whether what is severe stands out.
    package static func plain(_ entry: HostEventEntry, isColored: Bool = false) -> String {
        let generation = entry.generation.map { "/\($0)" } ?? ""
        var line = colored(entry.time, "2", isColored)
        line += " \(LogText.printable(entry.service))\(generation) "
        line += colored(entry.kind, color(of: entry.kind), isColored)
        if let cause = entry.cause { line += " (\(LogText.printable(cause)))" }
        if let hash = entry.hash {
            line += " build \(LogText.printable(String(hash.prefix(hashDigits))))"
        }
        let rest = [entry.phaseWords, entry.message.map(LogText.printable) ?? ""]
            .filter { !$0.isEmpty }
        return rest.isEmpty ? line : line + ": " + rest.joined(separator: "; ")
    }

    private static func color(of kind: String) -> String {
        switch HostEvent.Kind(rawValue: kind)?.level {
        case .error: "31"
        case .warning: "33"
        default: "1"
        }
    }

    private static func colored(_ text: String, _ color: String, _ isColored: Bool) -> String {
        isColored ? "\u{1b}[\(color)m\(text)\u{1b}[0m" : text
    }
}
