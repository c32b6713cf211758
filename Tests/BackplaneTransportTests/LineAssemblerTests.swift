// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneTransport

struct LineAssemblerTests {
    @Test(arguments: [1, 2, 3, 100])
    func `lines do not depend on how their bytes arrive`(_ size: Int) {
        let text = Array("one\ntwo\r\n\nthrée\nlast".utf8)
        var assembler = LineAssembler()
        var lines: [String] = []
        for start in stride(from: 0, to: text.count, by: size) {
            lines += assembler.append(text[start..<min(start + size, text.count)])
        }
        #expect(lines == ["one", "two", "", "thrée"])
        #expect(assembler.finish() == "last")
        #expect(assembler.finish() == nil)
    }

    @Test func `bytes that are not text are replaced`() {
        var assembler = LineAssembler()
        #expect(assembler.append([0xff, 0x41, 0x0a]) == ["\u{fffd}A"])
    }

    @Test func `of a line without end the start is kept and the rest counted`() {
        var assembler = LineAssembler()
        let line = [UInt8](repeating: 0x61, count: LineAssembler.maximumLine + 10)
        #expect(assembler.append(line[...]) == [])
        #expect(assembler.append([0x0a, 0x62, 0x0a]).map(\.count) == [65536, 1])
        #expect(assembler.droppedBytes == 10)
    }

    @Test func `more lines than a second may have are dropped and counted`() {
        var budget = LineBudget()
        let flood = [String](repeating: "x", count: LineBudget.linesPerSecond + 5)
        #expect(budget.admit(flood, now: 0).lines.count == LineBudget.linesPerSecond)
        #expect(budget.admit(flood, now: 1).lines.isEmpty)
        let (lines, dropped) = budget.admit(["later"], now: 2_000_000_000)
        #expect(lines == ["later"])
        #expect(dropped == flood.count)
    }
}
