// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct LineSplitterTests {
    private func pieces(_ chunks: [String], limit: Int = 100) -> [LineSplitter.Piece] {
        var splitter = LineSplitter(limit: limit)
        var pieces: [LineSplitter.Piece] = []
        for chunk in chunks {
            splitter.append(chunk.utf8)
            while let piece = splitter.next() { pieces.append(piece) }
        }
        if let piece = splitter.last() { pieces.append(piece) }
        return pieces
    }

    private func line(_ text: String) -> LineSplitter.Piece { .line(Array(text.utf8)) }

    @Test func `lines come out however the bytes come in`() {
        let text = "one\n\n  two \r\n\t\nthree\nrest"
        let expected = ["one", "two", "three", "rest"].map(line)
        for size in 1...text.count {
            let bytes = Array(text)
            let chunks = stride(from: 0, to: bytes.count, by: size).map {
                String(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(pieces(chunks) == expected)
        }
    }

    @Test func `a line may be as long as the limit and no longer`() {
        #expect(pieces(["12345\n"], limit: 5) == [line("12345")])
        #expect(pieces(["123456\n"], limit: 5) == [.tooLong])
        #expect(pieces(["123456"], limit: 5) == [.tooLong])
        #expect(pieces(["1\n123", "456", "7\n8\n"], limit: 5) == [line("1"), .tooLong])
    }

    @Test func `an endless line does not grow what is held`() {
        var splitter = LineSplitter(limit: 1000)
        let chunk = [UInt8](repeating: 0x20, count: 400)
        for _ in 0..<2 { splitter.append(chunk) }
        #expect(splitter.next() == nil)
        splitter.append(chunk)
        #expect(splitter.next() == .tooLong)
        splitter.append(chunk)
        #expect(splitter.next() == nil)
        #expect(splitter.last() == nil)
    }

    @Test func `many lines in many chunks keep their order`() {
        let lines = (0..<20_000).map { "line \($0)" }
        let text = lines.joined(separator: "\n") + "\n"
        var splitter = LineSplitter(limit: 100)
        var found: [LineSplitter.Piece] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            splitter.append(rest.prefix(777))
            rest = rest.dropFirst(777)
            while let piece = splitter.next() { found.append(piece) }
        }
        #expect(found == lines.map(line))
    }
}
