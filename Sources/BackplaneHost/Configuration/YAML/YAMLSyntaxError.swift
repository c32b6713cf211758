// SPDX-License-Identifier: Apache-2.0

/// Why a text is no YAML.
struct YAMLSyntaxError: Error {
    var message: String
    var position: SourcePosition

    /// Where what went wrong had begun, when that is another line.
    var contextLine: Int?
}

extension YAMLSyntaxError {
    /// The error as one of the file.
    func described(in source: SourceText) -> ConfigurationError {
        let range = SourceRange(start: position, end: position)
        let beginning = contextLine.map { "what is wrong may have begun in line \($0)" }
        let rest = source.line(position.line).unicodeScalars.dropFirst(position.column - 1)
        if rest.first == "\t" {
            return source.error(message, at: range, help: "indent with blanks, not with tabs")
        }
        // Braces inside flow collections are the collection's, a trap for whoever knows Compose.
        let isBraceTrap = source.line(position.line).contains("${")
        return source.error(
            message, at: range,
            help: isBraceTrap ? "put a value with ${…} in quotes inside { } or [ ]" : beginning)
    }
}
