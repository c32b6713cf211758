// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload

/// Writes JSON-RPC 2.0 objects, each as text without a line's end.
package enum RPCText {
    /// A request, or a notification when there is no identifier.
    ///
    /// - Parameters:
    ///   - params: JSON: an object or an array.
    ///   - meta: JSON: an object that says what the caller takes.
    package static func call(
        _ method: String, identifier: RPCIdentifier?, params: String?, meta: String? = nil
    ) -> String {
        var text = "{\"jsonrpc\":\"2.0\""
        if let identifier { text += ",\"id\":\(identifier.json)" }
        text += ",\"method\":\(quote(method))"
        if let params { text += ",\"params\":\(params)" }
        if let meta { text += ",\"meta\":\(meta)" }
        return text + "}"
    }

    /// The answer to a request, whichever it is.
    package static func answer(
        _ identifier: RPCIdentifier, _ result: Result<String, RPCError>
    ) -> String {
        switch result {
        case .success(let json): answer(identifier, result: json)
        case .failure(let error): answer(identifier, error: error)
        }
    }

    /// The answer to a request that gave a result, which is JSON.
    package static func answer(_ identifier: RPCIdentifier, result: String) -> String {
        "{\"jsonrpc\":\"2.0\",\"id\":\(identifier.json),\"result\":\(result)}"
    }

    /// The answer to a request that failed.
    package static func answer(_ identifier: RPCIdentifier, error: RPCError) -> String {
        var text =
            "{\"jsonrpc\":\"2.0\",\"id\":\(identifier.json),\"error\":{\"code\":\(error.number)"
        text += ",\"message\":\(quote(error.message))"
        if let data = error.data { text += ",\"data\":\(data)" }
        return text + "}}"
    }

    /// A string in JSON.
    package static func quote(_ string: String) -> String {
        print(.string(string))
    }

    /// A value in JSON.
    static func print(_ value: Value) -> String {
        // Only what came from JSON or is a string gets here: it can always be said.
        (try? JSON.print(value, pretty: false)) ?? "null"
    }
}
