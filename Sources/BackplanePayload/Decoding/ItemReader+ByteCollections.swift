// SPDX-License-Identifier: Apache-2.0

/// Collections of bytes that are known by their protocol only, as Foundation's `Data` is.
///
/// Their own `init(from:)` would take the bytes one by one.
extension ItemReader {
    typealias ByteCollection = any RangeReplaceableCollection<UInt8>.Type

    /// The type as a collection of bytes, if it is one and bytes are next.
    @inline(__always)
    func byteCollection(_ type: Any.Type) -> ByteCollection? {
        guard let first = peek(), first >> 5 == MajorType.bytes.rawValue else { return nil }
        return type as? ByteCollection
    }

    /// Reads a byte string as a collection, which `type` was found to be.
    mutating func read<T>(
        _ collection: ByteCollection, as type: T.Type
    ) throws(PayloadError) -> T {
        func make<C: RangeReplaceableCollection<UInt8>>(_: C.Type, of bytes: [UInt8]) -> T {
            same(C(bytes), type)
        }
        return make(collection, of: try byteString())
    }
}
