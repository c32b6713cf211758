// SPDX-License-Identifier: Apache-2.0

/// The text of a file under the name that messages give it.
struct SourceText {
    /// The bytes of a line above which it is not shown: looking at it would take too long.
    private static let lineLimit = 4096

    /// The file, as messages call it.
    let file: String

    /// The lines, without what ends them.
    let lines: [String]

    init(file: String, text: String) {
        self.file = file
        lines = Self.lines(of: text)
    }

    /// Splits a text where YAML 1.1 parsers count lines: also at NEL, LS and PS.
    static func lines(of text: String) -> [String] {
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where previous == "\r": break
            case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
                lines.append(String(line))
                line = String.UnicodeScalarView()
            default: line.append(scalar)
            }
            previous = scalar
        }
        return lines + [String(line)]
    }

    /// The line with that number, counted from 1; empty past the end, and when it is very long.
    func line(_ number: Int) -> String {
        guard lines.indices.contains(number - 1) else { return "" }
        let line = lines[number - 1]
        return line.utf8.count > Self.lineLimit ? "" : line
    }

    /// How many columns of its first line a range covers; at least 1.
    func markLength(of range: SourceRange) -> Int {
        guard range.end.line != range.start.line else {
            return max(1, range.end.column - range.start.column)
        }
        let scalars = line(range.start.line).unicodeScalars
        let trailing = scalars.reversed().prefix { $0 == " " || $0 == "\t" }.count
        return max(1, scalars.count - trailing - range.start.column + 1)
    }

    /// Narrows a range to the first occurrence of `text` in its first line.
    func narrowed(_ range: SourceRange, to text: String) -> SourceRange {
        let line = Array(self.line(range.start.line).unicodeScalars)
        let wanted = Array(text.unicodeScalars)
        let start = range.start.column - 1
        let end = range.end.line == range.start.line ? range.end.column - 1 : line.count
        guard start >= 0, end <= line.count, start + wanted.count <= end else { return range }
        for index in start...(end - wanted.count)
        where line[index..<(index + wanted.count)].elementsEqual(wanted) {
            let column = index + 1
            return SourceRange(
                start: SourcePosition(line: range.start.line, column: column),
                end: SourcePosition(line: range.start.line, column: column + wanted.count))
        }
        return range
    }

    /// An error at a place of this file, with the line in question.
    func error(
        _ message: String, at range: SourceRange, note: String? = nil, help: String? = nil
    ) -> ConfigurationError {
        let text = line(range.start.line)
        let hasPlace = text.unicodeScalars.count + 1 >= range.start.column
        return ConfigurationError(
            file: file, line: range.start.line, column: range.start.column, message: message,
            excerpt: ConfigurationError.Excerpt(
                text: text, length: hasPlace ? markLength(of: range) : 1, note: note),
            help: help)
    }
}
