// SPDX-License-Identifier: Apache-2.0

/// Where the code of a service runs.
public struct Slot: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: Sendable { case inProcess, async, forked }

    private let kind: Kind

    private init(_ kind: Kind) { self.kind = kind }

    init(number: UInt32) {
        switch number {
        case 0: self.init(.inProcess)
        case 1: self.init(.async)
        default: self.init(.forked)
        }
    }

    package var number: UInt32 {
        switch kind {
        case .inProcess: 0
        case .async: 1
        case .forked: 2
        }
    }

    /// On the caller's thread, until it suspends.
    public static let inProcess = Slot(.inProcess)
    /// On threads of the service's own, in the host's process.
    public static let async = Slot(.async)
    /// In processes of the service's own.
    public static let forked = Slot(.forked)

    /// The word used in `services.yaml`.
    public var description: String {
        switch kind {
        case .inProcess: "in-process"
        case .async: "async"
        case .forked: "forked"
        }
    }
}
