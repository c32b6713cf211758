// SPDX-License-Identifier: Apache-2.0

import BackplaneJSON
import BackplanePayload
import BackplaneTransport
import Testing

@testable import BackplaneHost

struct RPCReaderTests {
    private func read(_ text: String) throws(RPCError) -> RPCLine {
        try RPCReader.read(Array(text.utf8))
    }

    private func call(_ text: String) throws -> RPCCall {
        guard case .single(.call(let call)) = try read(text) else {
            throw RPCError.invalidRequest("not a call: \(text)")
        }
        return call
    }

    /// The error that a line is answered with, as a whole or as its one object, and under which identifier.
    private func refusal(_ text: String) -> (identifier: String?, number: Int)? {
        do {
            guard case .single(.invalid(let identifier, let error)) = try read(text) else {
                return nil
            }
            return (identifier?.json, error.number)
        } catch {
            return ("null", error.number)
        }
    }

    @Test(arguments: [
        ("1", "1"), ("-7", "-7"), ("18446744073709551615", "18446744073709551615"),
        ("\"a\"", "\"a\""),
        ("1.5", "1.5"), ("null", "null"), ("\"\\u00e9\\n\"", "\"é\\n\""), ("\"\"", "\"\""),
    ])
    func `an id of any kind comes back as it was`(id: String, json: String) throws {
        let call = try call("{\"jsonrpc\":\"2.0\",\"id\":\(id),\"method\":\"a.b\"}")
        #expect(call.identifier?.json == json)
    }

    @Test func `a request without an id is a notification`() throws {
        #expect(try call(#"{"jsonrpc":"2.0","method":"a.b"}"#).identifier == nil)
        #expect(try call(#"{"jsonrpc":"2.0","method":"a.b","id":null}"#).identifier == .null)
    }

    @Test(arguments: [
        (#"[1,"x"]"#, #"[1,"x"]"#), (#"{"b":1,"a":[2,{}]}"#, #"{"b":1,"a":[2,{}]}"#), ("[]", "[]"),
    ])
    func `params become arguments in their order`(params: String, json: String) throws {
        let call = try call(#"{"params":\#(params),"method":"a.b","id":1,"jsonrpc":"2.0"}"#)
        #expect(try JSON.text(from: call.arguments.bytes) == json)
        #expect(call.params == params)
    }

    @Test func `no params are no arguments`() throws {
        #expect(try call(#"{"jsonrpc":"2.0","id":1,"method":"a.b"}"#).arguments.bytes == [0x80])
    }

    @Test(arguments: [
        "{", "[", "", "nul",
        "{\"jsonrpc\": \"2.0\", \"method\": \"foobar, \"params\": \"bar\", \"baz]",
        #"[{"jsonrpc":"2.0","method":"a.b","id":1},{"jsonrpc":"2.0","method"]"#,
        #"{"jsonrpc":"2.0","id":1,"method":"a.b"} x"#, #"{"jsonrpc":"2.0","id":1,"method":"a.b",}"#,
        #"{"jsonrpc":"2.0","id":01,"method":"a.b"}"#, #"{"x":tru,"jsonrpc":"2.0","method":"a"}"#,
        #"{"jsonrpc":"2.0","id":1,"method":"a.b","params":[1}}"#, "[1,]", "\u{1}",
        #"{"jsonrpc":"2.0","id":1,"method":"a.b","params":{"a":1,"a":2}}"#,
        String(repeating: "[", count: 100_000),
    ])
    func `what is not JSON is a parse error without an id`(text: String) {
        let refusal = refusal(text)
        #expect(refusal?.number == -32700)
        #expect(refusal?.identifier == "null")
    }

    @Test(arguments: [
        ("1", "null"), ("\"x\"", "null"), ("null", "null"), ("[]", "null"), ("{}", "null"),
        (#"{"jsonrpc":"2.0","method":1,"params":"bar"}"#, "null"),
        (#"{"jsonrpc":"2.0","method":1,"id":7}"#, "7"),
        (#"{"jsonrpc":"1.0","method":"a.b","id":7}"#, "7"), (#"{"method":"a.b","id":7}"#, "7"),
        (#"{"jsonrpc":2.0,"method":"a.b","id":"x"}"#, "\"x\""),
        (#"{"jsonrpc":"2.0","method":"a.b","id":true}"#, "null"),
        (#"{"jsonrpc":"2.0","method":"a.b","id":[1]}"#, "null"),
        (#"{"jsonrpc":"2.0","method":"a.b","id":{}}"#, "null"),
        (#"{"jsonrpc":"2.0","method":"a.b","id":7,"params":5}"#, "7"),
        (#"{"jsonrpc":"2.0","method":"a.b","id":7,"params":null}"#, "7"),
        (#"{"jsonrpc":"2.0","method":"a.b","id":7,"id":8}"#, "7"),
        (#"{"jsonrpc":"2.0","id":7}"#, "7"),
        (#"{"jsonrpc":"2.0","id":7,"result":1,"error":{}}"#, "7"),
        (#"{"jsonrpc":"2.0","result":1}"#, "null"),
        (#"{"jsonrpc":"2.0","id":7,"error":{"code":"x","message":"y"}}"#, "7"),
    ])
    func `what is no request is answered as such`(text: String, identifier: String) {
        let refusal = refusal(text)
        #expect(refusal?.number == -32600)
        #expect(refusal?.identifier == identifier)
    }

    @Test func `names may be escaped and unknown members are let pass`() throws {
        let call = try call(
            #"{"\u006asonrpc":"2.0","extra":{"id":9,"x":"}"},"id":1,"m\u0065thod":"a.\u0062"}"#)
        #expect(call.method == "a.b")
        #expect(call.identifier?.number == 1)
    }

    @Test func `meta says what the caller takes`() throws {
        let text = #"{"jsonrpc":"2.0","id":1,"method":"a.b","meta":"#
        #expect(try call(text + "{}}").options == CallOptions())
        #expect(
            try call(text + #"{"timeout":"1m30s","messages":true,"requests":true}}"#).options
                == CallOptions(timeout: .seconds(90), takesMessages: true, takesRequests: true))
    }

    @Test(arguments: [
        "5", "[]", #"{"timeout":5}"#, #"{"timeout":"5"}"#, #"{"timeout":"0s"}"#, #"{"messages":1}"#,
        #"{"message":true}"#,
    ])
    func `meta that says something else is an invalid argument`(meta: String) throws {
        let refused = refusal(#"{"jsonrpc":"2.0","id":1,"method":"a.b","meta":\#(meta)}"#)
        #expect(refused?.number == -32602)
        #expect(refused?.identifier == "1")
        // A notification is never answered.
        let silent = refusal(#"{"jsonrpc":"2.0","method":"a.b","meta":\#(meta)}"#)
        #expect(silent?.number == -32602)
        #expect(silent?.identifier == nil)
    }

    @Test func `a batch is read whole, with what is wrong in it in its place`() throws {
        let text =
            #"[{"jsonrpc":"2.0","id":1,"method":"a.b"},1,{"jsonrpc":"2.0","id":2,"result":[]}]"#
        guard case .batch(let messages) = try read(text) else {
            Issue.record("no batch")
            return
        }
        try #require(messages.count == 3)
        guard case .call = messages[0], case .invalid(.null, let error) = messages[1],
            case .answer(let answer) = messages[2]
        else {
            Issue.record("read as something else: \(messages)")
            return
        }
        #expect(error.number == -32600)
        #expect(answer.identifier.number == 2)
    }

    @Test func `a batch that is too long is refused`() {
        let one = #"{"jsonrpc":"2.0","method":"a.b"}"#
        let text = "[" + Array(repeating: one, count: 1025).joined(separator: ",") + "]"
        #expect(refusal(text)?.number == -32600)
    }

    @Test func `every outcome's code comes back from its error`() throws {
        for code in OutcomeCode.allCases {
            let error = CallError(
                code, "what \"happened\"", type: "Oops", details: Payload([0x83, 1, 2, 3]))
            let line = RPCText.answer(.null, error: RPCError(error))
            guard case .single(.answer(let answer)) = try read(line),
                case .failure(let read) = answer.result
            else {
                Issue.record("not an error: \(line)")
                continue
            }
            #expect(read.callError == error)
            #expect(RPCError(number: read.number, message: "").callError.code == code)
        }
        let numbers = OutcomeCode.allCases.map { RPCError.number(of: $0) }
        #expect(
            numbers == [
                -32601, -32602, -32001, -32800, -32002, -32003, -32004, -32005, -32006, -32007,
                -32008, -32009, -32603,
            ])
    }
}
