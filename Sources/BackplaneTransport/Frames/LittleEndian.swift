// SPDX-License-Identifier: Apache-2.0

extension Span<UInt8> {
    /// The unsigned number in `count` bytes from `offset`, lowest first; the caller has checked the
    /// bounds.
    func little(_ offset: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(self[offset + index]) << UInt64(8 * index) }
        return value
    }
}

extension [UInt8] {
    /// Appends a number, lowest byte first.
    mutating func appendLittle<Number: FixedWidthInteger>(_ number: Number) {
        for shift in stride(from: 0, to: Number.bitWidth, by: 8) {
            append(UInt8(truncatingIfNeeded: number >> Number(shift)))
        }
    }
}
