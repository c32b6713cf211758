// SPDX-License-Identifier: Apache-2.0

import BackplanePayload

/// Says why text is not JSON, or why a payload cannot be written as JSON.
public struct JSONError: Error, Sendable, CustomStringConvertible {
    /// The kind of a JSON error; its description is a stable kebab-case word.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: Sendable { case syntax, tooDeep, outOfRange, notRepresentable, payload }

        private let kind: Kind

        /// The text is not JSON.
        public static let syntax = Code(kind: .syntax)
        /// Values are nested too deep.
        public static let tooDeep = Code(kind: .tooDeep)
        /// A number of the text does not fit any number of payloads.
        public static let outOfRange = Code(kind: .outOfRange)
        /// The payload holds what JSON cannot say: a number that is not finite.
        public static let notRepresentable = Code(kind: .notRepresentable)
        /// The payload itself is in error.
        public static let payload = Code(kind: .payload)

        /// The stable word for logs and metrics.
        public var description: String {
            switch kind {
            case .syntax: "syntax"
            case .tooDeep: "too-deep"
            case .outOfRange: "out-of-range"
            case .notRepresentable: "not-representable"
            case .payload: "payload"
            }
        }
    }

    /// A place in the text, both counted from 1; columns count characters (Unicode scalars).
    public struct Position: Sendable, Hashable {
        /// The line.
        public let line: Int
        /// The column within the line.
        public let column: Int
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, and where, in words.
    public let message: String
    /// Where in the text; nil when it is about a payload.
    public let position: Position?

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ what: String, at position: Position? = nil) {
        self.code = code
        self.position = position
        let what = PayloadError.bounded(what)
        message = position.map { "JSON, line \($0.line), column \($0.column): \(what)" } ?? what
    }
}
