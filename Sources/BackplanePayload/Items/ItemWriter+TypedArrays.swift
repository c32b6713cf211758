// SPDX-License-Identifier: Apache-2.0

extension ItemWriter {
    /// Appends an array of items with what a typed array holds, whose head was just read.
    package mutating func unpackedArray(
        _ head: ItemHead, from reader: inout ItemReader
    ) throws(PayloadError) {
        let layout = try NumberLayout(tag: head.argument)
        switch layout.kind {
        case .unsigned: items(try reader.numbers(after: head) as [UInt64])
        case .signed: items(try reader.numbers(after: head) as [Int64])
        case .float: items(try reader.numbers(after: head) as [Double])
        }
    }

    private mutating func items<N: PackedNumber>(_ numbers: [N]) {
        head(.array, UInt64(numbers.count))
        for number in numbers { number.write(to: &self) }
    }
}
