// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Glibc
import Synchronization
import Testing

@testable import BackplaneHost

/// Over a real socket, with a host that is not real.
@Suite(.serialized)
struct ControlServerTests {
    private let server: FakeServer

    init() throws {
        server = try FakeServer()
    }

    @Test func `calls are answered as the specification says`() throws {
        let peer = try server.peer()
        for (line, answer) in [
            (
                #"{"jsonrpc":"2.0","id":1,"method":"echo","params":["é",1.5,{"b":1,"a":null}]}"#,
                #"{"jsonrpc":"2.0","id":1,"result":["é",1.5,{"b":1,"a":null}]}"#
            ),
            (
                #"{"jsonrpc":"2.0","id":"x","method":"echo"}"#,
                #"{"jsonrpc":"2.0","id":"x","result":[]}"#
            ),
            (
                #"{"jsonrpc":"2.0","id":null,"method":"fail.overloaded"}"#,
                #"{"jsonrpc":"2.0","id":null,"error":{"code":-32003,"message":"as you wish","data":"#
                    + #"{"code":"overloaded"}}}"#
            ),
            (
                #"{"jsonrpc":"2.0","id":2,"method":"foo.bar"}"#,
                #"{"jsonrpc":"2.0","id":2,"error":{"code":-32601,"message":"no foo.bar","data":"#
                    + #"{"code":"not-found"}}}"#
            ),
            (
                #"{"jsonrpc":"2.0","id":3,"method":"$/nothing"}"#,
                #"{"jsonrpc":"2.0","id":3,"error":{"code":-32601,"message":"there is no $/nothing","#
                    + #""data":{"code":"not-found"}}}"#
            ),
        ] {
            try peer.send(line)
            #expect(try peer.line() == answer)
        }
    }

    @Test func `notifications are never answered, even when they fail`() throws {
        let peer = try server.peer()
        try peer.send(#"{"jsonrpc":"2.0","method":"fail.internal"}"#)
        try peer.send(#"{"jsonrpc":"2.0","method":"$/nothing"}"#)
        try peer.send(#"{"jsonrpc":"2.0","method":"echo","meta":5}"#)
        try peer.send(#"[{"jsonrpc":"2.0","method":"echo"},{"jsonrpc":"2.0","method":"echo"}]"#)
        try peer.send(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"result":[]}"#)
        #expect(server.gateway.state.withLock(\.started.count) == 4)
    }

    @Test func `a batch is answered with an array, when its last call has ended`() throws {
        let peer = try server.peer()
        try peer.send(
            #"[{"jsonrpc":"2.0","id":1,"method":"wait"},{"jsonrpc":"2.0","method":"echo"},{"foo":1},"#
                + #"1,{"jsonrpc":"2.0","id":2,"method":"echo"},{"jsonrpc":"2.0","id":3,"method":"no"}]"#
        )
        try peer.send(#"{"jsonrpc":"2.0","id":4,"method":"release"}"#)
        let lines = [try peer.line(), try peer.line()].sorted()
        #expect(lines[1] == #"{"jsonrpc":"2.0","id":4,"result":null}"#)
        let answers = try RPCReader.read(Array(lines[0].utf8))
        guard case .batch(let messages) = answers else {
            Issue.record("no batch: \(lines[0])")
            return
        }
        #expect(messages.count == 5)
        #expect(lines[0].hasPrefix(#"[{"jsonrpc":"2.0","id":1,"result":true},"#))
        #expect(lines[0].contains(#"{"jsonrpc":"2.0","id":2,"result":[]}"#))
    }

    @Test(arguments: [("[]", -32600), ("{", -32700), ("[1,", -32700), ("[1]", -32600)])
    func `a line that is wrong is answered and the connection goes on`(
        text: String, number: Int
    ) throws {
        let peer = try server.peer()
        try peer.send(text)
        let line = try peer.line()
        #expect(line.contains("\"code\":\(number)"))
        #expect(line.hasPrefix("[") == (text == "[1]"))
        #expect(line.contains(#""id":null"#))
        try peer.send(#"{"jsonrpc":"2.0","id":1,"method":"echo"}"#)
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"result":[]}"#)
    }

    @Test func `a line may come in pieces, and several lines in one`() throws {
        let peer = try server.peer()
        let text = #"{"jsonrpc":"2.0","id":1,"method":"echo"}"#
        for byte in text.utf8 { try peer.sendRaw([byte]) }
        try peer.sendRaw(Array("\n\r\n\(text)\r\n\(text)\n".utf8))
        for _ in 0..<3 { #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"result":[]}"#) }
    }

    @Test func `a line that is too long is answered and ends the connection`() throws {
        let peer = try server.peer()
        let chunk = [UInt8](repeating: UInt8(ascii: "1"), count: 1 << 20)
        for _ in 0..<17 where !peer.isClosed { peer.sendIfOpen(chunk) }
        #expect(try peer.line().contains(#""id":null,"error":{"code":-32600"#))
        #expect(throws: ControlError.self) { try peer.line() }
    }

    @Test func `the answer to a call that JSON cannot say is an error`() throws {
        let peer = try server.peer()
        try peer.send(#"{"jsonrpc":"2.0","id":1,"method":"nan"}"#)
        #expect(try peer.line().contains(#""data":{"code":"incompatible"}"#))
    }

    @Test func `a peer that has only stopped sending still gets its answers`() throws {
        let peer = try server.peer()
        try peer.send(#"{"jsonrpc":"2.0","id":1,"method":"wait"}"#)
        try peer.sendRaw(Array(#"{"jsonrpc":"2.0","id":2,"method":"echo"}"#.utf8))
        peer.stopSending()
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":2,"result":[]}"#)
        let other = try server.peer()
        try other.send(#"{"jsonrpc":"2.0","id":3,"method":"release"}"#)
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"result":true}"#)
        #expect(throws: ControlError.self) { try peer.line() }
    }
}
