// SPDX-License-Identifier: Apache-2.0

internal import BackplaneJSON
internal import BackplanePayload
internal import BackplaneTransport

/// Reads lines of JSON-RPC 2.0: one object, or a batch of them.
package enum RPCReader {
    /// How many objects a batch may have.
    static let batchLimit = 1024

    /// Reads one line.
    ///
    /// The whole of it is checked before any of it means something.
    ///
    /// - Throws: `RPCError` when the line as a whole is to be answered with an error. An object of it
    ///   that is no request is a result, not an error.
    package static func read(_ line: [UInt8]) throws(RPCError) -> RPCLine {
        let text = line[...]
        switch text.first {
        case UInt8(ascii: "{"):
            return .single(try object(text))
        case UInt8(ascii: "["):
            guard let elements = JSONMembers.ofArray(text) else { throw malformed(text) }
            guard !elements.isEmpty else { throw .invalidRequest("the batch is empty") }
            guard elements.count <= batchLimit else {
                throw .invalidRequest("a batch may have \(batchLimit) requests, not more")
            }
            var messages: [RPCMessage] = []
            messages.reserveCapacity(elements.count)
            for element in elements { messages.append(try object(element)) }
            return .batch(messages)
        default:
            _ = try value(text)
            throw .invalidRequest("neither an object nor an array")
        }
    }

    private static func object(_ text: ArraySlice<UInt8>) throws(RPCError) -> RPCMessage {
        guard text.first == UInt8(ascii: "{") else {
            _ = try value(text)
            return .invalid(.null, .invalidRequest("a request is an object"))
        }
        guard let members = JSONMembers.ofObject(text) else { throw malformed(text) }
        var draft = RPCDraft()
        for member in members { try draft.take(member) }
        return draft.finished()
    }

    /// The value of a text.
    static func value(_ text: ArraySlice<UInt8>) throws(RPCError) -> Value {
        do { return try JSON.parse(Array(text)) } catch { throw .parse("\(error)") }
    }

    /// The payload of a text.
    static func payload(_ text: ArraySlice<UInt8>) throws(RPCError) -> Payload {
        do { return Payload(try JSON.payload(from: Array(text))) } catch {
            throw .parse("\(error)")
        }
    }

    /// Why a text has no structure, in the words of the one that knows.
    private static func malformed(_ text: ArraySlice<UInt8>) -> RPCError {
        do { _ = try value(text) } catch { return error }
        return .parse("not well-formed")
    }
}
