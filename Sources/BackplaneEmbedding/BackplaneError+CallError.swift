// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneTransport

extension BackplaneError {
    /// The host's error in the words of the SDK.
    init(_ error: CallError) {
        self.init(
            Code(number: error.code.rawValue), error.message, type: error.type,
            details: error.details.flatMap { Wire.details(Bytes($0.bytes)) })
    }

    /// What nobody starts any more.
    static let shutDown = BackplaneError(
        .unavailable, "the service manager was shut down, which is for ever; make another one")
}
