// SPDX-License-Identifier: Apache-2.0

/// Says why a value could not be encoded, or why bytes could not be decoded.
public struct PayloadError: Error, Sendable, CustomStringConvertible {
    /// The kind of a payload error; its description is a stable kebab-case word.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: Sendable {
            case malformed, typeMismatch, missing, outOfRange, tooDeep, unsupported
            case invalidArgument, rejected
        }

        private let kind: Kind

        /// The bytes are not well-formed CBOR, hold invalid UTF-8 or the same map key twice.
        public static let malformed = Code(kind: .malformed)
        /// An item is there, but of another type.
        public static let typeMismatch = Code(kind: .typeMismatch)
        /// A value that is required is absent or null.
        public static let missing = Code(kind: .missing)
        /// A number does not fit the type that it is wanted as.
        public static let outOfRange = Code(kind: .outOfRange)
        /// Values are nested deeper than ``CBOR/maximumDepth``.
        public static let tooDeep = Code(kind: .tooDeep)
        /// CBOR or a type asks for something that this coder does not do.
        public static let unsupported = Code(kind: .unsupported)
        /// The arguments of a call do not fit its parameters.
        public static let invalidArgument = Code(kind: .invalidArgument)
        /// A type's own `encode(to:)` or `init(from:)` threw.
        public static let rejected = Code(kind: .rejected)

        /// The stable word for logs and metrics.
        public var description: String {
            switch kind {
            case .malformed: "malformed"
            case .typeMismatch: "type-mismatch"
            case .missing: "missing"
            case .outOfRange: "out-of-range"
            case .tooDeep: "too-deep"
            case .unsupported: "unsupported"
            case .invalidArgument: "invalid-argument"
            case .rejected: "rejected"
            }
        }
    }

    /// What kind of failure it is.
    public let code: Code
    /// What happened, to what, in words.
    public let message: String
    /// What a type's own coding code threw, if that is where the failure began.
    public let cause: (any Error)?

    /// Makes an error of the given kind.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = PayloadError.bounded(message)
        self.cause = cause
    }

    /// The beginning of a message that quotes more of a payload than anybody reads.
    package static func bounded(_ message: String) -> String {
        message.utf8.count > 2000 ? "\(message.prefix(500))…" : message
    }

    /// The code and the message in one line.
    public var description: String { "\(code): \(message)" }
}

extension PayloadError {
    @inline(never)
    static func malformed(_ what: String, at position: Int) -> PayloadError {
        PayloadError(.malformed, "the payload is not valid CBOR: \(what) at byte \(position)")
    }

    @inline(never)
    static func truncated(at position: Int) -> PayloadError {
        malformed(
            "it ends in the middle of an item, or an item claims more than there is,", at: position)
    }

    @inline(never)
    package static func tooDeep() -> PayloadError {
        PayloadError(.tooDeep, "values are nested deeper than \(CBOR.maximumDepth) levels")
    }

    @inline(never)
    static func mismatch(_ wanted: String, found: String) -> PayloadError {
        PayloadError(.typeMismatch, "expected \(wanted), found \(found)")
    }
}
