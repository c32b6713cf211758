// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload

/// `$/cancelRequest {"id": …}`: the outcome of a request is no longer wanted.
package enum RPCCancel {
    /// The request that is meant, or nil when the notification does not say.
    static func target(of call: RPCCall) -> RPCIdentifier? {
        // The reader has checked that params are JSON.
        guard let params = call.params, let value = try? JSON.parse(Array(params.utf8)) else {
            return nil
        }
        return value["id"].flatMap { RPCIdentifier($0) }
    }

    /// The notification.
    package static func text(_ identifier: RPCIdentifier) -> String {
        RPCText.call(
            "$/cancelRequest", identifier: nil, params: "{\"id\":\(identifier.json)}")
    }
}
