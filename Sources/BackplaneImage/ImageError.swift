// SPDX-License-Identifier: Apache-2.0

/// Why a file can't be mounted as a plugin.
public struct ImageError: Error, Sendable, CustomStringConvertible {
    /// The kinds of reasons; new ones break nobody.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case unreadable, notAPlugin = "not-a-plugin", incomplete
            case incompatible, unresolved, malformed
        }
        private let kind: Kind

        /// The file can't be opened, or isn't a regular file.
        public static let unreadable = Code(kind: .unreadable)
        /// The file is no shared object for this machine, or lacks the entry symbol.
        public static let notAPlugin = Code(kind: .notAPlugin)
        /// The file is shorter than its own headers say: a copy or a link step is still under way.
        public static let incomplete = Code(kind: .incomplete)
        /// Plugin and host don't speak the same ABI, or bring different runtimes.
        public static let incompatible = Code(kind: .incompatible)
        /// The dynamic linker refused it: a symbol or a library is missing.
        public static let unresolved = Code(kind: .unresolved)
        /// The descriptor breaks the rules of the ABI.
        public static let malformed = Code(kind: .malformed)

        /// The stable name, as logs print it.
        public var description: String { kind.rawValue }
    }

    /// The kind of reason.
    public let code: Code
    /// What happened, to which file, and what to do.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
