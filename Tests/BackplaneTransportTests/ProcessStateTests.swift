// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import BackplaneTransport

/// What the kernel's line about a process says of its end.
struct ProcessStateTests {
    /// A line of `/proc/<pid>/stat` with what matters in it.
    private func line(
        name: String = "worker", state: String = "R", flags: UInt64 = 0x40_0000, exit: Int32 = 0
    ) -> [UInt8] {
        let middle = Array(repeating: "0", count: 42).joined(separator: " ")
        return Array("7 (\(name)) \(state) 1 7 7 0 -1 \(flags) \(middle) \(exit)\n".utf8)
    }

    private func state(_ line: [UInt8]) throws -> ProcessState {
        try #require(ProcessState(line: line))
    }

    @Test func `a process that runs is not ending`() throws {
        let state = try state(line())
        #expect(!state.isDying && !state.hasEnded && state.end == nil)
        let own = try #require(ProcessState(of: getpid()))
        #expect(!own.isDying && !own.hasEnded && own.end == nil)
        #expect(own.parent == getppid())
        #expect(ProcessState(of: .max) == nil)
    }

    @Test func `a signal that ends all of it is seen before it has ended`() throws {
        let state = try state(line(flags: 0x40_0404))
        #expect(state.isDying && !state.hasEnded && state.end == nil)
    }

    @Test(arguments: [0x4, 0x400] as [UInt64])
    func `a main thread that ends alone, or a signal alone, is no end`(flags: UInt64) throws {
        #expect(try !state(line(flags: flags)).isDying)
    }

    @Test(arguments: ["Z", "X"]) func `a dead one tells how it ended`(letter: String) throws {
        #expect(try state(line(state: letter, exit: 9)).end == .signaled(9))
        #expect(try state(line(state: letter, exit: 3 << 8)).end == .exited(3))
        // Status 0 is also what those are told who may not look.
        #expect(try state(line(state: letter)).end == nil)
        #expect(try state(line(state: letter)).hasEnded)
    }

    @Test(arguments: ["a b", ") Z 0 (", "worker) Z", "\n"])
    func `a name misleads nobody`(name: String) throws {
        let state = try state(line(name: name, flags: 0x404))
        #expect(state.isDying && !state.hasEnded)
    }

    @Test func `half a line says nothing`() {
        #expect(ProcessState(line: []) == nil)
        #expect(ProcessState(line: Array("7 (worker".utf8)) == nil)
        #expect(ProcessState(line: Array("7 (worker) R 1 7".utf8)) == nil)
        #expect(ProcessState(line: line().dropLast(8) + Array("x\n".utf8)) == nil)
    }
}
