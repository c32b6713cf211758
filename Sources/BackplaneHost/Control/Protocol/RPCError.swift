// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload
internal import BackplaneTransport

/// An error as JSON-RPC 2.0 has it.
///
/// The codes of outcomes are fixed:
///
/// | code | number | code | number |
/// |---|---|---|---|
/// | `not-found` | -32601 | `unavailable` | -32004 |
/// | `invalid-argument` | -32602 | `crashed` | -32005 |
/// | `internal` | -32603 | `permission-denied` | -32006 |
/// | `cancelled` | -32800 | `too-deep` | -32007 |
/// | `failed` | -32001 | `too-large` | -32008 |
/// | `deadline-exceeded` | -32002 | `incompatible` | -32009 |
/// | `overloaded` | -32003 | | |
package struct RPCError: Error, Sendable, Equatable {
    /// The number.
    package let number: Int

    /// One sentence.
    package let message: String

    /// The text of `data`, JSON.
    package let data: String?

    init(number: Int, message: String, data: String? = nil) {
        self.number = number
        self.message = message
        self.data = data
    }

    /// The text is not JSON.
    static func parse(_ reason: String) -> RPCError {
        RPCError(number: -32700, message: "Parse error: \(reason)")
    }

    /// The text is JSON, but no request.
    static func invalidRequest(_ reason: String) -> RPCError {
        RPCError(number: -32600, message: "Invalid Request: \(reason)")
    }

    /// The error of a call.
    ///
    /// Its `data` has `code`, the word for the code, and `type` and `details` where the error has them.
    init(_ error: CallError) {
        var data = "{\"code\":\(RPCText.quote(error.code.description))"
        if let type = error.type { data += ",\"type\":\(RPCText.quote(type))" }
        // Details that JSON cannot say are left out: the error itself matters more.
        if let details = error.details, let text = try? JSON.text(from: details.bytes) {
            data += ",\"details\":\(text)"
        }
        self.init(number: Self.number(of: error.code), message: error.message, data: data + "}")
    }

    /// The number of an outcome's code.
    static func number(of code: OutcomeCode) -> Int {
        switch code {
        case .notFound: -32601
        case .invalidArgument: -32602
        case .internal: -32603
        case .cancelled: -32800
        case .failed: -32001
        case .deadlineExceeded: -32002
        case .overloaded: -32003
        case .unavailable: -32004
        case .crashed: -32005
        case .permissionDenied: -32006
        case .tooDeep: -32007
        case .tooLarge: -32008
        case .incompatible: -32009
        }
    }

    /// The error in the words of calls.
    ///
    /// The code comes from `data`, else from the number; a number without a meaning here is `failed`.
    package var callError: CallError {
        var error = CallError(code, message)
        for member in data.flatMap({ JSONMembers.ofObject(Array($0.utf8)[...]) }) ?? [] {
            // A peer's data of another shape is no reason to lose its error.
            if member.isNamed("type"), let type = try? JSON.parse(Array(member.text)).string {
                error.type = type
            } else if member.isNamed("details"),
                let details = try? JSON.payload(from: Array(member.text))
            {
                error.details = Payload(details)
            }
        }
        return error
    }

    private var code: OutcomeCode {
        // Data of another shape: the number says enough.
        if let data, let name = (try? JSON.parse(Array(data.utf8)))?["code"]?.string,
            let code = OutcomeCode(name: name)
        {
            return code
        }
        switch number {
        case -32700, -32600: return .invalidArgument
        default: return OutcomeCode.allCases.first { Self.number(of: $0) == number } ?? .failed
        }
    }
}
