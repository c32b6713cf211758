// SPDX-License-Identifier: Apache-2.0

/// Why a call sends and asks nothing any more.
public enum CloseReason: Sendable, Equatable {
    /// Its method returned.
    case returned

    /// Its method closed it, with `comm.close()`, and goes on.
    case byMethod

    /// It ended with an error: its method threw, its worker crashed, its time was over, it was
    /// cancelled.
    case failed(CallError)

    init(_ outcome: Outcome) {
        self = outcome.error.map { .failed($0) } ?? .returned
    }
}

extension CloseReason: CustomStringConvertible {
    /// `returned`, `by its method`, or the code of the error, as in `crashed`.
    public var description: String {
        switch self {
        case .returned: "returned"
        case .byMethod: "by its method"
        case .failed(let error): error.code.description
        }
    }
}
