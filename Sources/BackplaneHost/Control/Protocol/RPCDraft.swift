// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload
internal import BackplaneTransport

/// An object that is being read: takes its members up in any order, then says what it is.
struct RPCDraft {
    private var version: Value?
    private var identifier: Value?
    private var method: Value?
    private var params: (text: String, payload: Payload)?
    private var meta: Value?
    private var result: String?
    private var error: RPCError?
    /// The first thing that is wrong with it.
    private var fault: String?

    /// Takes one member.
    ///
    /// Members of unknown names only have to be JSON.
    mutating func take(_ member: JSONMembers.Named) throws(RPCError) {
        if member.isNamed("jsonrpc") {
            try set(\.version, member)
        } else if member.isNamed("id") {
            try set(\.identifier, member)
        } else if member.isNamed("method") {
            try set(\.method, member)
        } else if member.isNamed("meta") {
            try set(\.meta, member)
        } else if member.isNamed("params") {
            try takeParams(member)
        } else if member.isNamed("result") {
            _ = try RPCReader.payload(member.text)
            result = String(decoding: member.text, as: UTF8.self)
        } else if member.isNamed("error") {
            try takeError(member)
        } else {
            _ = try RPCReader.value(member.name)
            _ = try RPCReader.value(member.text)
        }
    }

    /// What the object is.
    func finished() -> RPCMessage {
        let known = identifier.flatMap { RPCIdentifier($0) }
        do throws(RPCError) {
            if let fault { throw RPCError.invalidRequest(fault) }
            guard version == .string("2.0") else {
                throw RPCError.invalidRequest("the member jsonrpc is not \"2.0\"")
            }
            if identifier != nil, known == nil {
                throw RPCError.invalidRequest("an id is a string, a number or null")
            }
            if method == nil, result != nil || error != nil { return try answer(known) }
            guard let name = method?.string else {
                throw RPCError.invalidRequest("the member method is not a string")
            }
            return call(name, known)
        } catch {
            return .invalid(known ?? .null, error)
        }
    }

    /// No arguments: an empty array.
    private static let noArguments = Payload([0x80])

    private func call(_ method: String, _ identifier: RPCIdentifier?) -> RPCMessage {
        do throws(RPCError) {
            return .call(
                RPCCall(
                    identifier: identifier, method: method, params: params?.text,
                    arguments: params?.payload ?? RPCDraft.noArguments,
                    options: try RPCMeta.options(meta)))
        } catch {
            return .invalid(identifier, error)
        }
    }

    private func answer(_ identifier: RPCIdentifier?) throws(RPCError) -> RPCMessage {
        guard let identifier else { throw .invalidRequest("an answer without an id") }
        switch (result, error) {
        case (let result?, nil):
            return .answer(RPCAnswer(identifier: identifier, result: .success(result)))
        case (nil, let error?):
            return .answer(RPCAnswer(identifier: identifier, result: .failure(error)))
        default:
            throw .invalidRequest("an answer has either a result or an error")
        }
    }

    private mutating func set(
        _ slot: WritableKeyPath<RPCDraft, Value?>, _ member: JSONMembers.Named
    ) throws(RPCError) {
        let value = try RPCReader.value(member.text)
        guard self[keyPath: slot] == nil else { return blame("a member is there twice") }
        self[keyPath: slot] = value
    }

    private mutating func takeParams(_ member: JSONMembers.Named) throws(RPCError) {
        let payload = try RPCReader.payload(member.text)
        if params != nil { blame("a member is there twice") }
        if member.text.first != UInt8(ascii: "["), member.text.first != UInt8(ascii: "{") {
            blame("params are an array or an object")
        }
        params = (String(decoding: member.text, as: UTF8.self), payload)
    }

    private mutating func takeError(_ member: JSONMembers.Named) throws(RPCError) {
        let value = try RPCReader.value(member.text)
        guard let number = value["code"]?.int, let message = value["message"]?.string else {
            return blame("an error has a code, a number, and a message, a string")
        }
        let data = JSONMembers.ofObject(member.text)?.first { $0.isNamed("data") }
        error = RPCError(
            number: number, message: message,
            data: data.map { String(decoding: $0.text, as: UTF8.self) })
    }

    private mutating func blame(_ reason: String) {
        if fault == nil { fault = reason }
    }
}
