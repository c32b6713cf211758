// SPDX-License-Identifier: Apache-2.0

internal import BackplaneTransport

/// A call that may be made: what for, with what, and for how long.
struct CallPlan: Sendable {
    /// Arguments that may have refused to be encoded.
    typealias Arguments = Result<Payload, CallError>

    /// `service.method`, or a provided function.
    let target: String
    let arguments: Arguments
    let timeout: Duration?

    init(_ target: String, _ arguments: Arguments, timeout: Duration?) {
        self.target = target
        self.arguments = arguments
        self.timeout = timeout
    }
}
