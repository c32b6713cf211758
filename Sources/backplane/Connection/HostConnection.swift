// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import BackplaneJSON
import BackplanePayload

/// A connection to a running host, in the terms of verbs: what goes wrong is a `CommandFailure`.
struct HostConnection {
    let client: ControlClient

    /// Calls a method and waits for its result, which is JSON.
    ///
    /// - Parameter message: Takes the data of each message, JSON.
    func call(
        _ method: String, params: String?, meta: String? = nil,
        message: (String) throws -> Void = { _ in }
    ) throws -> String {
        let identifier = try send(method, params: params, meta: meta)
        while true {
            switch try receive() {
            case .call(let note):
                if note.method == "comm/message" { try message(try CallNote(note).data) }
            case .answer(let answer) where answer.identifier == identifier:
                return try Self.result(of: answer)
            case .answer(let answer):
                try Self.refuseConnection(answer)
            case .invalid:
                continue
            }
        }
    }

    /// Calls a method of the host and reads its result.
    func call<Result: Decodable>(
        _ method: String, _ arguments: Value = .map([:]), as type: Result.Type
    ) throws -> (Result, json: String) {
        let json = try call(method, params: try JSON.print(arguments))
        return (try Self.decode(type, from: json), json)
    }

    /// Reads what the host said, as far as this version knows it.
    static func decode<Result: Decodable>(
        _ type: Result.Type, from json: String
    ) throws -> Result {
        do {
            return try CBOR.decode(type, from: try JSON.payload(from: json))
        } catch {
            throw CommandFailure("error: the host's answer is not understood: \(error)")
        }
    }

    /// Sends a request and does not wait for its answer.
    func send(_ method: String, params: String?, meta: String?) throws -> RPCIdentifier {
        do {
            return try client.send(method, params: params, meta: meta)
        } catch {
            // The host may have said why it hung up.
            if error.code == .closed, let message = try? client.receive(),
                case .answer(let answer) = message
            {
                try Self.refuseConnection(answer)
            }
            throw Self.failure(error)
        }
    }

    /// Sends an answer.
    func send(_ line: String) throws {
        do { try client.send(line) } catch { throw Self.failure(error) }
    }

    /// Waits for the next thing that the host says.
    func receive() throws -> RPCMessage {
        do { return try client.receive() } catch { throw Self.failure(error) }
    }

    /// The result, which is JSON.
    ///
    /// - Throws: `error[CODE]: message` when the call ended with an error.
    static func result(of answer: RPCAnswer) throws -> String {
        switch answer.result {
        case .success(let json): return json
        case .failure(let error): throw CommandFailure("\(error.callError)")
        }
    }

    /// Gives up when the host answers to nothing in particular: it does not want this connection.
    static func refuseConnection(_ answer: RPCAnswer) throws {
        guard answer.identifier == .null, case .failure(let error) = answer.result else { return }
        throw CommandFailure("\(error.callError)", code: CommandFailure.unreachable)
    }

    private static func failure(_ error: ControlError) -> CommandFailure {
        switch error.code {
        case .closed: CommandFailure("error: \(error)", code: CommandFailure.unreachable)
        default: CommandFailure("error: \(error)")
        }
    }
}
