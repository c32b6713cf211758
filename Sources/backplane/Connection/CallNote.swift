// SPDX-License-Identifier: Apache-2.0

import BackplaneHost

/// What `comm/message` and `comm/request` say, as texts of JSON.
struct CallNote {
    let data: String
    let identifier: String

    init(_ note: RPCCall) throws {
        guard let data = note.member("data"), let identifier = note.member("identifier") else {
            throw CommandFailure("error: the host's \(note.method) is not understood")
        }
        self.data = data
        self.identifier = identifier
    }
}
