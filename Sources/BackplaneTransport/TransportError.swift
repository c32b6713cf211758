// SPDX-License-Identifier: Apache-2.0

/// Why bytes could not go from one process to the other.
public struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of reasons; new ones break nobody.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case malformed, closed, system, unfit
            case tooLarge = "too-large"
        }
        private let kind: Kind

        /// The peer sent what no peer of ours sends: it is broken, or its memory is.
        public static let malformed = Code(kind: .malformed)
        /// A payload is over the limit.
        public static let tooLarge = Code(kind: .tooLarge)
        /// The channel was closed, here or there.
        public static let closed = Code(kind: .closed)
        /// A system call failed.
        public static let system = Code(kind: .system)

        /// A plugin that no workers can be forked from once it is open; it opens all the same.
        public static let unfit = Code(kind: .unfit)

        /// The stable name, as logs print it.
        public var description: String { kind.rawValue }
    }

    /// The kind of reason.
    public let code: Code
    /// What happened.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
