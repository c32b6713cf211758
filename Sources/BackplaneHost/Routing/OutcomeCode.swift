// SPDX-License-Identifier: Apache-2.0

/// How a call that did not give a value ended: one word, the same in every slot, on the wire, in
/// logs and in metrics.
///
/// The numbers are those of `backplane/plugin.h` and never change their meaning.
public enum OutcomeCode: UInt32, Sendable, Hashable, CaseIterable {
    case notFound = 1
    case invalidArgument = 2
    case failed = 3
    case cancelled = 4
    case deadlineExceeded = 5
    case overloaded = 6
    case unavailable = 7
    case crashed = 8
    case permissionDenied = 9
    case tooDeep = 10
    case tooLarge = 11
    case incompatible = 12
    case `internal` = 13

    /// Reads a number that came over the ABI or a channel: one that is not known is `internal`.
    public init(number: UInt32) {
        self = OutcomeCode(rawValue: number) ?? .internal
    }

    /// Reads the name that `description` gives, or nil.
    public init?(name: String) {
        guard let code = Self.allCases.first(where: { $0.description == name }) else { return nil }
        self = code
    }
}

extension OutcomeCode: CustomStringConvertible {
    /// The name that logs, metrics, the command line and JSON show: `deadline-exceeded`.
    public var description: String {
        switch self {
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
