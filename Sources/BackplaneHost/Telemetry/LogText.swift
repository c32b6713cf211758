// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload

/// The forms of a line of the log, without its end.
package enum LogText {
    /// For people: `2026-01-31T23:59:59.123Z warning echo/2: words key=value`.
    ///
    /// - Parameter isColored: Whether what is severe stands out.
    package static func plain(_ entry: LogEntry, isColored: Bool = false) -> String {
        let level = entry.level + String(repeating: " ", count: max(0, 7 - entry.level.count))
        let origin = entry.service.map { service in
            let generation = entry.generation.map { "/\($0)" } ?? ""
            let worker = entry.worker.map { "#\($0)" } ?? ""
            return "\(service)\(generation)\(worker): "
        }
        var line = "\(faint(entry.time, isColored)) \(colored(level, entry.level, isColored)) "
        line += (origin ?? "") + printable(entry.message)
        for (key, value) in entry.metadata.sorted(by: { $0.key < $1.key }) {
            line += " \(faint("\(key)=", isColored))\(quoted(value))"
        }
        return line
    }

    /// For programs: an object.
    package static func json(_ entry: LogEntry) -> String {
        // Strings and whole numbers can always be said.
        (try? JSON.text(from: try CBOR.encode(entry))) ?? "{}"
    }

    /// A value that is not mistaken for the next pair.
    private static func quoted(_ value: String) -> String {
        let needsQuotes = value.isEmpty || value.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return needsQuotes ? "\"\(printable(value))\"" : printable(value)
    }

    /// A text in one line that does nothing to a terminal.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }
            .joined()
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
    }

    private static func faint(_ text: String, _ isColored: Bool) -> String {
        isColored ? "\u{1b}[2m\(text)\u{1b}[0m" : text
    }

    private static func colored(_ text: String, _ level: String, _ isColored: Bool) -> String {
        guard isColored else { return text }
        return switch level {
        case "error", "critical": "\u{1b}[31m\(text)\u{1b}[0m"
        case "warning": "\u{1b}[33m\(text)\u{1b}[0m"
        default: faint(text, true)
        }
    }
}
