// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneHost

struct ContentHashTests {
    private func hash(_ pieces: [UInt8]...) -> UInt64 {
        var hash = ContentHash()
        for piece in pieces { hash.add(piece) }
        return hash.value
    }

    @Test func `the same bytes have the same hash`() {
        let bytes = (0..<1000).map { UInt8($0 & 0xff) }
        #expect(hash(bytes) == hash(bytes))
        #expect(hash() == hash())
    }

    @Test func `a change of any bit is seen`() {
        for count in [1, 7, 8, 9, 31] {
            let bytes = [UInt8](repeating: 0x5a, count: count)
            var hashes: Set<UInt64> = [hash(bytes)]
            for bit in 0..<(count * 8) {
                var changed = bytes
                changed[bit / 8] ^= 1 << (bit % 8)
                hashes.insert(hash(changed))
            }
            #expect(hashes.count == count * 8 + 1)
        }
    }

    @Test func `zeros more or less are seen, and where one file ends`() {
        let hashes = Set((0..<64).map { hash([UInt8](repeating: 0, count: $0)) })
        #expect(hashes.count == 64)
        #expect(hash([1, 2], [3]) != hash([1], [2, 3]))
        #expect(hash([1, 2, 3]) != hash([1, 2, 3], []))
    }

    @Test func `files that differ at random differ in their hashes`() {
        var generator = SeededGenerator(seed: 1)
        var hashes: Set<UInt64> = []
        for _ in 0..<20_000 {
            let count = Int.random(in: 8...64, using: &generator)
            hashes.insert(
                hash((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }))
        }
        #expect(hashes.count == 20_000)
    }
}
