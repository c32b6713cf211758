// SPDX-License-Identifier: Apache-2.0

/// Reads the lines of a `.env` file: `NAME=value`, comments and empty lines.
///
/// A value in single quotes is taken as it is; in double quotes `\n`, `\r`, `\t`, `\"`, `\\` and `\$`
/// are what they stand for; without quotes it ends at ` #` and loses the blanks at its ends. Nothing
/// is substituted. A quoted value may go over several lines.
struct EnvironmentFile {
    /// The variables by name; the last of two lines for one name wins.
    private(set) var variables: [String: String] = [:]

    /// What is wrong with the file.
    ///
    /// Lines are not shown: what stands in them is often secret.
    private(set) var errors: [ConfigurationError] = []

    private let file: String
    private var rest: Substring.UnicodeScalarView
    private var line = 1

    /// Reads the text of a file that messages call `file`.
    init(file: String, text: String) {
        self.file = file
        rest = Substring(text).unicodeScalars
        while !rest.isEmpty { readLine() }
    }

    private mutating func readLine() {
        let start = line
        skipBlanks()
        guard let first = rest.first, !Self.isNewline(first), first != "#" else {
            return skipLine()
        }
        var name = take { !Self.isNewline($0) && $0 != "=" && $0 != "#" }.trimmed
        if name.hasPrefix("export ") { name = String(name.dropFirst(7)).trimmed }
        guard rest.first == "=", VariableName.isValid(name) else {
            report("expected NAME=value", line: start)
            return skipLine()
        }
        rest.removeFirst()
        skipBlanks()
        guard let value = readValue(line: start) else { return skipLine() }
        variables[name] = value
        skipLine()
    }

    private mutating func readValue(line start: Int) -> String? {
        guard let quote = rest.first, quote == "'" || quote == "\"" else { return bareValue() }
        rest.removeFirst()
        var value = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == "\n" { line += 1 }
            if scalar == quote { return endOfValue(String(value), line: start) }
            if scalar == "\\" && quote == "\"", let escaped = rest.popFirst() {
                if escaped == "\n" { line += 1 }
                value.append(contentsOf: Self.unescaped(escaped))
            } else {
                value.append(scalar)
            }
        }
        report("the quote is never closed", line: start)
        return nil
    }

    private mutating func bareValue() -> String {
        var value = String.UnicodeScalarView()
        var previous: Unicode.Scalar = " "
        while let scalar = rest.first, !Self.isNewline(scalar) {
            if scalar == "#" && (previous == " " || previous == "\t") { break }
            value.append(scalar)
            previous = scalar
            rest.removeFirst()
        }
        return String(value).trimmed
    }

    /// The value, when nothing but a comment follows it in its line.
    private mutating func endOfValue(_ value: String, line start: Int) -> String? {
        skipBlanks()
        guard let next = rest.first, !Self.isNewline(next), next != "#" else { return value }
        report("something follows the closing quote", line: start)
        return nil
    }

    private static func unescaped(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
        switch scalar {
        case "n": ["\n"]
        case "r": ["\r"]
        case "t": ["\t"]
        case "\"", "\\", "$": [scalar]
        default: ["\\", scalar]
        }
    }

    private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
        let taken = rest.prefix(while: condition)
        rest = rest[taken.endIndex...]
        return String(Substring(taken))
    }

    private mutating func skipBlanks() { _ = take { $0 == " " || $0 == "\t" } }

    private mutating func skipLine() {
        _ = take { $0 != "\n" }
        if rest.popFirst() != nil { line += 1 }
    }

    private static func isNewline(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\n" || scalar == "\r"
    }

    private mutating func report(_ message: String, line: Int) {
        errors.append(ConfigurationError(file: file, line: line, message: message))
    }
}

extension String {
    /// The text without blanks and tabs at its ends.
    fileprivate var trimmed: String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let tail = drop(while: isBlank)
        return String(tail.dropLast(tail.reversed().prefix(while: isBlank).count))
    }
}
