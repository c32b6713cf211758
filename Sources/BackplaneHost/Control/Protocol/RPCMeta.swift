// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload

/// Reads the member `meta` of a request: `{"timeout": "5s", "messages": true, "requests": true}`.
package enum RPCMeta {
    /// The member as text, or nil when it would say nothing.
    package static func text(
        timeout: String?, takesMessages: Bool, takesRequests: Bool
    ) -> String? {
        var members: [String] = []
        if let timeout { members.append("\"timeout\":\(RPCText.quote(timeout))") }
        if takesMessages { members.append("\"messages\":true") }
        if takesRequests { members.append("\"requests\":true") }
        return members.isEmpty ? nil : "{\(members.joined(separator: ","))}"
    }

    /// What the caller takes and how long it waits.
    static func options(_ meta: Value?) throws(RPCError) -> CallOptions {
        guard let meta else { return CallOptions() }
        guard let members = meta.map else { throw .invalidMeta("meta is an object") }
        var options = CallOptions()
        for (name, value) in members {
            switch name {
            case "timeout":
                options.timeout = try timeout(value)
            case "messages":
                options.takesMessages = try flag(value, name)
            case "requests":
                options.takesRequests = try flag(value, name)
            default:
                throw .invalidMeta("meta has no member '\(name)': timeout, messages, requests")
            }
        }
        return options
    }

    private static func timeout(_ value: Value) throws(RPCError) -> Duration {
        guard let text = value.string, let duration = DurationText.duration(text), duration > .zero
        else {
            throw .invalidMeta("meta.timeout is a time with its unit, as \"250ms\" or \"5s\"")
        }
        return duration
    }

    private static func flag(_ value: Value, _ name: String) throws(RPCError) -> Bool {
        guard let flag = value.bool else { throw .invalidMeta("meta.\(name) is true or false") }
        return flag
    }
}

extension RPCError {
    /// The member `meta` of a request says something that it cannot.
    fileprivate static func invalidMeta(_ reason: String) -> RPCError {
        RPCError(CallError(.invalidArgument, reason))
    }
}
