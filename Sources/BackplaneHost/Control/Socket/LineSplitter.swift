// SPDX-License-Identifier: Apache-2.0

/// Cuts a stream of bytes into lines, holding no more of it than the longest line allowed.
struct LineSplitter {
    /// What has come in: a line without its end, or the news that one is too long.
    enum Piece: Equatable {
        case line([UInt8])
        case tooLong
    }

    /// How many bytes a line may have, its end not counted.
    let limit: Int

    private var buffer: [UInt8] = []
    /// Where the first line that was not handed out begins.
    private var start = 0
    /// Where the search for its end goes on.
    private var searched = 0
    private var isBroken = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes more of the stream.
    mutating func append(_ bytes: some Collection<UInt8>) {
        guard !isBroken else { return }
        if start > 0, start == buffer.count || start > 1 << 16 {
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Hands out the next line that is not empty; nil when more has to come in first.
    ///
    /// After `tooLong` nothing follows: there is no telling where the next line begins.
    mutating func next() -> Piece? {
        while !isBroken {
            guard let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
                searched = buffer.count
                return searched - start > limit ? fail() : nil
            }
            guard end - start <= limit else { return fail() }
            let line = buffer[start..<end]
            start = end + 1
            searched = start
            if let trimmed = Self.trimmed(line) { return .line(trimmed) }
        }
        return nil
    }

    /// Hands out what came after the last line's end, when the stream is over.
    mutating func last() -> Piece? {
        guard !isBroken else { return nil }
        let rest = Self.trimmed(buffer[start...])
        start = buffer.count
        searched = start
        return rest.map { .line($0) }
    }

    private mutating func fail() -> Piece {
        isBroken = true
        buffer = []
        start = 0
        searched = 0
        return .tooLong
    }

    private static func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8]? {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
        guard let first = line.firstIndex(where: { !isBlank($0) }),
            let last = line.lastIndex(where: { !isBlank($0) })
        else { return nil }
        return Array(line[first...last])
    }
}
