// SPDX-License-Identifier: Apache-2.0

extension BackplaneError {
    /// What kind of failure it is: the same words in every slot, in logs and metrics.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        // The numbers are those of backplane/plugin.h.
        private enum Kind: UInt32, Sendable {
            case notFound = 1
            case invalidArgument, failed, cancelled, deadlineExceeded, overloaded, unavailable
            case crashed, permissionDenied, tooDeep, tooLarge, incompatible, `internal`
        }

        private let kind: Kind

        private init(_ kind: Kind) { self.kind = kind }

        /// Reads a number of the ABI; unknown ones are ``internal``.
        package init(number: UInt32) { kind = Kind(rawValue: number) ?? .internal }

        /// The number in the ABI.
        package var number: UInt32 { kind.rawValue }

        /// No such service, method, function or key.
        public static let notFound = Code(.notFound)
        /// The arguments do not fit the method.
        public static let invalidArgument = Code(.invalidArgument)
        /// The method threw.
        public static let failed = Code(.failed)
        /// Nobody wants the result any more.
        public static let cancelled = Code(.cancelled)
        /// The time was up.
        public static let deadlineExceeded = Code(.deadlineExceeded)
        /// The queue or the stream is full; nothing has run.
        public static let overloaded = Code(.overloaded)
        /// The service is stopped or backing off, or nobody is there to answer; nothing has run.
        public static let unavailable = Code(.unavailable)
        /// The worker died while it ran the call.
        public static let crashed = Code(.crashed)
        /// The caller may not call this.
        public static let permissionDenied = Code(.permissionDenied)
        /// Calls were nested deeper than the host allows.
        public static let tooDeep = Code(.tooDeep)
        /// A payload is larger than the host allows.
        public static let tooLarge = Code(.tooLarge)
        /// Two sides do not understand each other: ABI, version, type.
        public static let incompatible = Code(.incompatible)
        /// A bug of Backplane.
        public static let `internal` = Code(.internal)

        /// The stable name, as in `not-found`.
        public var description: String {
            switch kind {
            case .notFound: "not-found"
            case .invalidArgument: "invalid-argument"
            case .failed: "failed"
            case .cancelled: "cancelled"
            case .deadlineExceeded: "deadline-exceeded"
            case .overloaded: "overloaded"
            case .unavailable: "unavailable"
            case .crashed: "crashed"
            case .permissionDenied: "permission-denied"
            case .tooDeep: "too-deep"
            case .tooLarge: "too-large"
            case .incompatible: "incompatible"
            case .internal: "internal"
            }
        }
    }
}
