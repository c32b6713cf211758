// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Glibc
import Synchronization
import Testing

@testable import BackplaneHost

/// Messages, requests, cancellation and peers that go away, over a real socket.
@Suite(.serialized)
struct ControlTrafficTests {
    private let server: FakeServer
    private var gateway: FakeGateway { server.gateway }

    init() throws {
        server = try FakeServer()
    }

    private func call(_ id: Int, _ method: String, _ rest: String = "") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)"\#(rest)}"#
    }

    @Test func `messages come before the result and in order`() throws {
        let peer = try server.peer()
        try peer.send(call(1, "stream", #","params":[20],"meta":{"messages":true}"#))
        for number in 0..<20 {
            let line = try peer.line()
            #expect(
                line.hasPrefix(
                    #"{"jsonrpc":"2.0","method":"comm/message","params":{"call":1,"data":[\#(number),"#
                ))
            #expect(line.hasSuffix(#","identifier":"fake/1#1"}}"#))
        }
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"result":20}"#)
    }

    @Test func `who takes messages hears that they are closed`() throws {
        let peer = try server.peer()
        try peer.send(call(1, "close", #","params":[],"meta":{"messages":true}"#))
        let closed = #"{"jsonrpc":"2.0","method":"comm/closed","params":{"call":1}}"#
        #expect(try peer.line() == closed)
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"result":null}"#)
        // Nobody else does.
        try peer.send(call(2, "close"))
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":2,"result":null}"#)
    }

    @Test func `a peer that does not read stops its stream and nobody else`() throws {
        let slow = try server.peer()
        let count = 600
        try slow.send(call(1, "stream", #","params":[\#(count)],"meta":{"messages":true}"#))
        // The stream runs until the kernel's buffers and the connection's are full.
        let quick = try server.peer()
        var before = -1
        for id in 0..<200 {
            try quick.send(call(id, "echo"))
            #expect(try quick.line() == #"{"jsonrpc":"2.0","id":\#(id),"result":[]}"#)
            before = gateway.state.withLock(\.acknowledged)
        }
        #expect(before < count / 2)
        #expect(gateway.state.withLock(\.mostUnacknowledged) <= FakeGateway.window)
        // Once it reads, everything comes.
        for number in 0..<count { #expect(try slow.line().contains("\"data\":[\(number),")) }
        #expect(try slow.line() == #"{"jsonrpc":"2.0","id":1,"result":\#(count)}"#)
    }

    @Test func `a peer that asks and never reads is not read from for ever`() throws {
        let peer = try server.peer()
        let ballast = String(repeating: "x", count: 100_000)
        let line = Array((call(1, "echo", #","params":["\#(ballast)"]"#) + "\n").utf8)
        // More than the buffers of both directions hold: the test would block here.
        let sender = Sender(peer: peer, line: line, count: 50)
        sender.start()
        let isStuck = gateway.waits { $0.started.count >= 10 }
        #expect(isStuck)
        for _ in 0..<50 { #expect(try peer.line().hasSuffix("xxx\"]}")) }
        #expect(gateway.state.withLock(\.started.count) == 50)
    }

    @Test func `a call is cancelled by its id`() throws {
        let peer = try server.peer()
        try peer.send(call(1, "wait"))
        try peer.send(#"{"jsonrpc":"2.0","id":"1","method":"wait"}"#)
        try peer.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#)
        let cancelled =
            #""error":{"code":-32800,"message":"cancelled","data":{"code":"cancelled"}}}"#
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":1,"# + cancelled)
        try peer.send(call(2, "$/cancelRequest", #","params":{"id":"1"}"#))
        let lines = [try peer.line(), try peer.line()].sorted()
        #expect(lines[0] == #"{"jsonrpc":"2.0","id":"1","# + cancelled)
        #expect(lines[1] == #"{"jsonrpc":"2.0","id":2,"result":null}"#)
        #expect(gateway.state.withLock(\.cancelled) == 2)
    }

    @Test func `cancelling what has ended or never was means nothing`() throws {
        let peer = try server.peer()
        try peer.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":99}}"#)
        try peer.send(#"{"jsonrpc":"2.0","method":"$/cancelRequest"}"#)
        try peer.send(call(1, "$/cancelRequest"))
        #expect(try peer.line().contains(#""id":1,"error":{"code":-32602"#))
    }

    @Test func `a request of a call is answered by the peer`() throws {
        let peer = try server.peer()
        try peer.send(call(7, "ask", #","params":[21],"meta":{"requests":true}"#))
        let question = try peer.line()
        #expect(
            question == #"{"jsonrpc":"2.0","id":1,"method":"comm/request","params":{"call":7,"#
                + #""data":[21],"identifier":"fake/1#1"}}"#)
        try peer.send(#"{"jsonrpc":"2.0","id":99,"result":"to nothing"}"#)
        try peer.send(#"{"jsonrpc":"2.0","id":1,"result":{"answer":42}}"#)
        try peer.send(#"{"jsonrpc":"2.0","id":1,"result":"late"}"#)
        #expect(try peer.line() == #"{"jsonrpc":"2.0","id":7,"result":{"answer":42}}"#)
    }

    @Test func `a peer may answer a request with an error`() throws {
        let peer = try server.peer()
        try peer.send(call(7, "ask", #","params":[1],"meta":{"requests":true}"#))
        _ = try peer.line()
        try peer.send(
            #"{"jsonrpc":"2.0","id":1,"error":{"code":-32001,"message":"no","data":{"type":"Oops"}}}"#
        )
        #expect(
            try peer.line()
                == #"{"jsonrpc":"2.0","id":7,"error":{"code":-32001,"message":"no","#
                + #""data":{"code":"failed","type":"Oops"}}}"#)
    }

    @Test func `a peer that goes away has its calls cancelled and its requests answered`() throws {
        do {
            let peer = try server.peer()
            try peer.send(call(1, "wait"))
            try peer.send(call(2, "wait"))
            try peer.send(call(3, "ask", #","params":[1],"meta":{"requests":true}"#))
            try peer.send(call(4, "stream", #","params":[2000],"meta":{"messages":true}"#))
            try peer.send(#"{"jsonrpc":"2.0","method":"wait"}"#)
            #expect(gateway.waits { $0.started.count == 5 })
        }
        // The notification goes on: nobody waited for it.
        #expect(gateway.waits { $0.cancelled == 4 })
        #expect(gateway.state.withLock(\.waiting.count) == 3)
        #expect(server.server.becomes(connections: 0))
    }

    @Test func `what a peer sent before it went is still done`() throws {
        do {
            let peer = try server.peer()
            for _ in 0..<1000 { try peer.send(#"{"jsonrpc":"2.0","method":"echo"}"#) }
        }
        #expect(gateway.waits { $0.started.count == 1000 })
    }

    @Test func `a connection runs a limited number of calls`() throws {
        let peer = try server.peer()
        for id in 1...ControlSession.limit { try peer.send(call(id, "wait")) }
        try peer.send(call(0, "wait"))
        #expect(try peer.line().contains(#""id":0,"error":{"code":-32003"#))
    }

    @Test func `closing waits for what runs, then ends it`() throws {
        let peer = try server.peer()
        try peer.send(call(1, "wait"))
        #expect(gateway.waits { $0.waiting.count == 1 })
        server.server.close(within: .zero)
        #expect(gateway.waits { $0.cancelled == 1 })
        #expect(server.server.connectionCount == 0)
        #expect(throws: ControlError.self) { try server.peer() }
    }
}

/// Sends lines on a thread of its own.
private final class Sender: Sendable {
    // SAFETY: only this thread sends, only the test's thread reads.
    private nonisolated(unsafe) let peer: FakePeer
    private let line: [UInt8]
    private let count: Int

    init(peer: FakePeer, line: [UInt8], count: Int) {
        unsafe self.peer = peer
        self.line = line
        self.count = count
    }

    func start() {
        Threads.start("sender") {
            for _ in 0..<self.count { unsafe self.peer.sendIfOpen(self.line) }
        }
    }
}
