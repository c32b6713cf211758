// SPDX-License-Identifier: Apache-2.0

import Backplane
import Glibc

/// What a step of the probe's life does, as its configuration wishes.
enum Behaviour: String, Decodable {
    /// Nothing special.
    case ok
    /// Throws.
    case `throw`
    /// Blocks its thread for ever.
    case hang
    /// Suspends until it is cancelled.
    case wait
    /// Dies of a signal.
    case crash
    /// Ends the process in an orderly way.
    case exit

    func act(in step: String) async throws {
        switch self {
        case .ok: break
        case .throw: throw ProbeError(message: "\(step) was told to throw")
        case .hang: while true { usleep(1_000_000) }
        case .wait: try await Task.sleep(for: .seconds(1_000_000))
        case .crash: abort()
        case .exit: Glibc.exit(3)
        }
    }
}

/// What the probe throws.
struct ProbeError: Error, Encodable, CustomStringConvertible {
    let message: String

    var description: String { message }
}
