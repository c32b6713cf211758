// SPDX-License-Identifier: Apache-2.0

/// One thing that is wrong with a configuration file.
public struct ConfigurationError: Error, Sendable, Hashable {
    /// The lines of the file that show the place.
    public struct Excerpt: Sendable, Hashable {
        /// The line of the file.
        public var text: String

        /// How many columns are marked, from the error's column on; at least 1.
        public var length: Int

        /// What stands behind the marks, such as the keys that are allowed there.
        public var note: String?

        /// Makes an excerpt of one line.
        public init(text: String, length: Int = 1, note: String? = nil) {
            self.text = text
            self.length = length
            self.note = note
        }
    }

    /// The file, as the caller named it.
    public var file: String

    /// The line, counted from 1; nil when the file as a whole is meant.
    public var line: Int?

    /// The column in Unicode scalars, counted from 1; nil when the file as a whole is meant.
    public var column: Int?

    /// What is wrong.
    public var message: String

    /// The line in question; nil when there is none to show.
    public var excerpt: Excerpt?

    /// What to do about it.
    public var help: String?

    /// Makes an error; everything but the file and the message may be unknown.
    public init(
        file: String, line: Int? = nil, column: Int? = nil, message: String,
        excerpt: Excerpt? = nil, help: String? = nil
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
        self.excerpt = excerpt
        self.help = help
    }
}

extension ConfigurationError: CustomStringConvertible {
    /// The error as people read it: place and message, the line, the marks and the help.
    public var description: String {
        var place = file
        if let line { place += ":\(line)" }
        if let column { place += ":\(column)" }
        var text = "\(place): error: \(message)"
        if let line, let column, let excerpt {
            text += "\n" + MarkedLine(excerpt: excerpt, line: line, column: column).rendering
        }
        if let help { text += "\n     help: \(help)" }
        return text
    }
}
