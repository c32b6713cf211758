// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import BackplanePayload

struct BytesTests {
    private struct Parcel: Codable, Equatable {
        var name: String
        var content: Bytes
        var other: Bytes?
    }

    private static func content(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }

    private static func built(_ count: Int) -> Bytes {
        Bytes(capacity: count) { output in
            for byte in content(count) { output.append(byte) }
        }
    }

    private static func address(_ bytes: Bytes) -> Int {
        unsafe bytes.withUnsafeBytes { Int(bitPattern: $0.baseAddress) }
    }

    @Test func `they are what was put in`() throws {
        for count in [0, 1, 1000] {
            let (array, built) = (Bytes(Self.content(count)), Self.built(count))
            #expect(array == built)
            #expect(array.hashValue == built.hashValue)
            #expect([UInt8](built) == Self.content(count))
            #expect(built.count == count)
            #expect(built.withSpan { $0.count } == count)
        }
        #expect(Bytes() != [0])
        #expect(([1, 2, 3] as Bytes).map { $0 * 2 } == [2, 4, 6])
        #expect("\([1] as Bytes), \([1, 2] as Bytes)" == "1 byte, 2 bytes")
        let few = Bytes(capacity: 10) { $0.append(7) }
        #expect(few == [7])
        #expect(throws: CancellationError.self) {
            try Bytes(capacity: 10) { _ in throw CancellationError() }
        }
    }

    @Test(arguments: [0, 1, 23, 24, 255, 256, 20_000, 70_000])
    func `they are byte strings, whoever reads and writes them`(count: Int) throws {
        let content = Self.content(count)
        for bytes in [Bytes(content), Self.built(count)] {
            let encoded = try CBOR.encode(bytes)
            #expect(encoded == (try CBOR.encode(content)))
            #expect([UInt8](try CBOR.encodeBytes(bytes)) == encoded)
            #expect(try CBOR.decode(Bytes.self, from: encoded) == bytes)
            #expect(try CBOR.decode([UInt8].self, from: encoded) == content)
            #expect(try CBOR.decode(Data.self, from: encoded) == Data(content))
            #expect(try CBOR.decode(Value.self, from: encoded) == .bytes(content))
            let parcel = Parcel(name: "a", content: bytes, other: nil)
            #expect(try CBOR.decode(Parcel.self, from: try CBOR.encode(parcel)) == parcel)
            let json = try JSONEncoder().encode(bytes)
            #expect(try JSONDecoder().decode([UInt8].self, from: json) == content)
            #expect(try JSONDecoder().decode(Bytes.self, from: json) == bytes)
        }
        let numbers = try CBOR.encode(content.prefix(100).map(Int.init))
        #expect(try CBOR.decode(Bytes.self, from: numbers) == Bytes(Array(content.prefix(100))))
        #expect(throws: PayloadError.self) {
            try CBOR.decode(Bytes.self, from: try CBOR.encode("text"))
        }
    }

    @Test func `arguments that end with what was built are written in front of it`() throws {
        let bytes = Self.built(100_000)
        for _ in 0..<3 {
            var writer = ArgumentWriter()
            try writer.append("name")
            try writer.append(bytes)
            var plain = ArgumentWriter()
            try plain.append("name")
            try plain.append(bytes)
            let payload = writer.finishBytes()
            #expect([UInt8](payload) == plain.finish())
            #expect(
                Self.address(bytes) - Self.address(payload) == payload.count - bytes.count)
        }
        // Another head is not written over one that somebody may be reading.
        let alone = try CBOR.encodeBytes(bytes)
        #expect(Self.address(bytes) - Self.address(alone) == 5)
        var other = ArgumentWriter()
        try other.append("nome")
        try other.append(bytes)
        let copy = other.finishBytes()
        #expect(Self.address(bytes) - Self.address(copy) != copy.count - bytes.count)
        #expect([UInt8](copy.suffix(bytes.count)) == [UInt8](bytes))
        var longer = ArgumentWriter()
        try longer.append(String(repeating: "x", count: 100))
        try longer.append(bytes)
        #expect([UInt8](longer.finishBytes().suffix(bytes.count)) == [UInt8](bytes))
    }

    @Test func `built bytes that others follow are copied, and all are there`() throws {
        let bytes = Self.built(50_000)
        var writer = ArgumentWriter()
        try writer.append(bytes)
        try writer.append(1)
        try writer.append(bytes)
        try writer.append(bytes)
        let payload = [UInt8](writer.finishBytes())
        #expect(
            try CBOR.decode(Value.self, from: payload)
                == [.bytes([UInt8](bytes)), 1, .bytes([UInt8](bytes)), .bytes([UInt8](bytes))])
    }

    @Test func `large ones stay where they are when somebody keeps them`() throws {
        let parcel = Parcel(name: "a", content: Self.built(100_000), other: Self.built(10))
        let encoded = Bytes(try CBOR.encode(parcel))
        let payload = Bytes(capacity: encoded.count) { output in
            for byte in encoded { output.append(byte) }
        }
        let decoded = try CBOR.decode(Parcel.self, from: payload)
        #expect(decoded == parcel)
        let start = Self.address(payload)
        let range = start..<start + payload.count
        #expect(range.contains(Self.address(decoded.content)))
        let other = try #require(decoded.other)
        #expect(!range.contains(Self.address(other)))
        // What stands in front of them is a head that need not be written.
        let again = try CBOR.encodeBytes(decoded.content)
        #expect(range.contains(Self.address(again)))
        #expect(try CBOR.decode(Bytes.self, from: again) == parcel.content)
    }

    @Test func `without a keeper, or when he declines, they are copied`() throws {
        let encoded = try CBOR.encode(Self.built(100_000))
        let plain = try CBOR.decode(Bytes.self, from: encoded.span)
        #expect(plain == Self.built(100_000))
        unsafe encoded.withUnsafeBytes { memory in
            let source = unsafe BytesSource(memory) { nil }
            let bytes = try? source.use { () throws(PayloadError) in
                try CBOR.decode(Bytes.self, from: encoded.span)
            }
            #expect(bytes == plain)
        }
    }
}
