// SPDX-License-Identifier: Apache-2.0

internal import BackplanePayload
internal import BackplaneTransport

/// What crosses the boundary, in and out, with errors in the host's words.
extension Payload {
    /// Encodes a value; `what` says what it is when that fails.
    static func encoding<T: Encodable>(_ value: T, what: String) throws(CallError) -> Payload {
        do throws(PayloadError) {
            return Payload(try CBOR.encode(value))
        } catch {
            throw CallError(
                .invalidArgument, "the \(what) cannot be encoded: \(error.message)")
        }
    }

    /// Encodes arguments by position.
    static func encoding<each A: Encodable>(
        arguments: repeat each A
    ) throws(CallError) -> Payload {
        var writer = ArgumentWriter()
        do {
            repeat try writer.append(each arguments)
        } catch {
            throw CallError(.invalidArgument, "an argument cannot be encoded: \(error)")
        }
        return Payload(writer.finish())
    }

    /// Reads the payload as a type; `what` says what it is when it is something else.
    func decoded<T: Decodable>(as type: T.Type, what: String) throws(CallError) -> T {
        do throws(PayloadError) {
            return try CBOR.decode(type, from: count == 0 ? Payload.null.bytes : bytes)
        } catch {
            throw CallError(
                .incompatible, "the \(what) cannot be read as \(T.self): \(error.message)")
        }
    }

    /// The payload as a value; what nobody can read is null, as in a payload of nothing.
    var value: Value { (try? CBOR.decode(Value.self, from: bytes)) ?? .null }
}
