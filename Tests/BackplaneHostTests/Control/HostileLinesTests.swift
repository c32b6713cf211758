// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneHost

/// Lines that nobody would send who means well.
struct HostileLinesTests {
    private static let seeds = [
        #"{"jsonrpc":"2.0","id":1,"method":"echo","params":["é",1.5,{"b":1,"a":null}]}"#,
        #"[{"jsonrpc":"2.0","id":"x","method":"echo"},{"jsonrpc":"2.0","method":"echo"},1]"#,
        #"{"jsonrpc":"2.0","id":2,"method":"stream","params":[2],"meta":{"messages":true,"timeout":"5s"}}"#,
        #"{"jsonrpc":"2.0","id":3,"error":{"code":-32001,"message":"no","data":{"code":"failed"}}}"#,
        #"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#,
    ]

    @Test func `mutated lines are answered or ignored, and the next call is as good as ever`()
        throws
    {
        let server = try FakeServer()
        let peer = try server.peer()
        var generator = SeededGenerator(seed: 2026)
        for round in 0..<2000 {
            var line = Array((Self.seeds.randomElement(using: &generator) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<line.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: line[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: line.remove(at: index)
                case 2: line.insert(contentsOf: line[index...].prefix(9), at: index)
                default: line.removeSubrange(index...)
                }
                if line.isEmpty { line = [0x20] }
            }
            try peer.sendRaw(line + [0x0a])
            guard round % 50 == 0 else { continue }
            try peer.send(#"{"jsonrpc":"2.0","id":"mark\#(round)","method":"echo"}"#)
            let mark = #"{"jsonrpc":"2.0","id":"mark\#(round)","result":[]}"#
            while try peer.line() != mark {}
        }
    }

    @Test func `brackets nested beyond any reason are refused`() throws {
        let server = try FakeServer()
        let peer = try server.peer()
        for text in ["[", #"{"a":"#, #"{"jsonrpc":"2.0","id":1,"method":"echo","params":["#] {
            try peer.send(text + String(repeating: "[", count: 200_000))
            #expect(try peer.line().contains(#""code":-32700"#))
        }
    }
}
