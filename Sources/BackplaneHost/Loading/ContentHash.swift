// SPDX-License-Identifier: Apache-2.0

/// A 64-bit hash of bytes, for seeing that a file has changed and for nothing else: it withstands
/// chance, not malice.
///
/// FNV-1a over 8-byte words with a final mix. Source: Fowler, Noll, Vo, "FNV hash"; the mix is the
/// finalizer of MurmurHash3.
struct ContentHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325
    private static let prime: UInt64 = 0x0000_0100_0000_01b3

    var value: UInt64 {
        var mixed = state
        mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
        mixed = (mixed ^ (mixed >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return mixed ^ (mixed >> 33)
    }

    mutating func add(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { buffer in
            let words = buffer.count / 8
            for index in 0..<words {
                let word = unsafe buffer.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
                mix(UInt64(littleEndian: word))
            }
            for index in (words * 8)..<buffer.count { mix(UInt64(unsafe buffer[index])) }
        }
        mix(UInt64(bytes.count))
    }

    private mutating func mix(_ word: UInt64) {
        state = (state ^ word) &* Self.prime
        // The multiplication only carries upwards: bring the high bits down for the next word.
        state ^= state >> 47
    }
}
