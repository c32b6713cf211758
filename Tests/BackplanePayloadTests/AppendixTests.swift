// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import OracleSupport
import Testing

/// The examples of RFC 8949, appendices A and F.
struct AppendixTests {
    /// Payloads that are what we write, too.
    static let preferred: [(String, Value)] = [
        ("00", 0), ("01", 1), ("0a", 10), ("17", 23), ("1818", 24), ("1819", 25), ("1864", 100),
        ("1903e8", 1000), ("1a000f4240", 1_000_000), ("1b000000e8d4a51000", 1_000_000_000_000),
        ("1bffffffffffffffff", .unsigned(.max)), ("20", -1), ("29", -10), ("3863", -100),
        ("3903e7", -1000), ("3b7fffffffffffffff", .integer(.min)),
        ("f90000", 0.0), ("f98000", .double(-0.0)), ("f93c00", 1.0), ("fb3ff199999999999a", 1.1),
        ("f93e00", 1.5), ("f97bff", 65504.0), ("fa47c35000", 100000.0),
        ("fa7f7fffff", 3.4028234663852886e+38), ("fb7e37e43c8800759c", 1.0e+300),
        ("f90001", 5.960464477539063e-8), ("f90400", 0.00006103515625), ("f9c400", -4.0),
        ("fbc010666666666666", -4.1), ("f97c00", .double(.infinity)),
        ("f9fc00", .double(-.infinity)), ("f4", false), ("f5", true), ("f6", nil),
        ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])), ("60", ""), ("6161", "a"),
        ("6449455446", "IETF"), ("62225c", "\"\\"), ("62c3bc", "\u{fc}"),
        ("63e6b0b4", "\u{6c34}"), ("64f0908591", "\u{10151}"), ("80", []), ("83010203", [1, 2, 3]),
        ("8301820203820405", [1, [2, 3], [4, 5]]),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            .array((1...25).map { Value($0) })
        ), ("a0", [:]), ("a26161016162820203", ["a": 1, "b": [2, 3]]),
        ("826161a161626163", ["a", ["b": "c"]]),
        (
            "a56161614161626142616361436164614461656145",
            ["a": "A", "b": "B", "c": "C", "d": "D", "e": "E"]
        ),
    ]

    /// Payloads that we read, but write otherwise.
    static let others: [(String, Value)] = [
        ("c074323031332d30332d32315432303a30343a30305a", "2013-03-21T20:04:00Z"),
        ("c11a514b67b0", 1_363_896_240), ("c1fb41d452d9ec200000", 1_363_896_240.5),
        ("d74401020304", .bytes([1, 2, 3, 4])), ("d818456449455446", .bytes(Array("dIETF".utf8))),
        ("d82076687474703a2f2f7777772e6578616d706c652e636f6d", "http://www.example.com"),
        ("fa7f800000", .double(.infinity)), ("faff800000", .double(-.infinity)),
        ("fb7ff0000000000000", .double(.infinity)), ("fbfff0000000000000", .double(-.infinity)),
        ("f7", nil), ("a201020304", ["1": 2, "3": 4]),
        ("5f42010243030405ff", .bytes([1, 2, 3, 4, 5])),
        ("7f657374726561646d696e67ff", "streaming"), ("9fff", []),
        ("9f018202039f0405ffff", [1, [2, 3], [4, 5]]),
        ("9f01820203820405ff", [1, [2, 3], [4, 5]]), ("83018202039f0405ff", [1, [2, 3], [4, 5]]),
        ("83019f0203ff820405", [1, [2, 3], [4, 5]]),
        (
            "9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
            .array((1...25).map { Value($0) })
        ), ("bf61610161629f0203ffff", ["a": 1, "b": [2, 3]]),
        ("826161bf61626163ff", ["a", ["b": "c"]]),
        ("bf6346756ef563416d7421ff", ["Fun": true, "Amt": -2]), ("c2420100", 256), ("c340", -1),
    ]

    /// Well-formed payloads that no value of ours can hold.
    static let refused: [(String, PayloadError.Code)] = [
        ("c249010000000000000000", .outOfRange), ("3bffffffffffffffff", .outOfRange),
        ("c349010000000000000000", .outOfRange), ("f0", .unsupported), ("f8ff", .unsupported),
        ("a1f500", .unsupported), ("d84c4100", .unsupported), ("d8534100", .unsupported),
    ]

    static let malformed = """
        18 19 1a 1b 1901 1a0102 1b01020304050607 38 58 78 98 9a01ff00 b8 d8 f8 f900 fa0000 fb000000
        41 61 5affffffff00 5bffffffffffffffff010203 7affffffff00 7b7fffffffffffffff010203
        81 818181818181818181 8200 a1 a20102 a100 a2000000 c0 5f4100 7f6100
        9f 9f0102 bf bf01020102 819f 9f8000 9f9f9f9f9fffffffff 9f819f819f9fffffff
        1c 1d 1e 3c 3d 3e 5c 5d 5e 7c 7d 7e 9c 9d 9e bc bd be dc dd de fc fd fe
        f800 f801 f818 f81f 5f00ff 5f21ff 5f6100ff 5f80ff 5fa0ff 5fc000ff 5fe0ff 7f4100ff
        5f5f4100ffff 7f7f6100ffff ff 81ff 8200ff a1ff a1ff00 a100ff a20000ff 9f81ff
        9f829f819f9fffffffff bf00ff bf000000ff 1f 3f df 0000 61ff 62c328 63eda080 a2616100616101
        a20100613100 7f61c361bcff
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    @Test(arguments: preferred)
    func `preferred payloads are read and written`(example: (String, Value)) throws {
        let payload = try #require([UInt8](hexadecimal: example.0))
        let value = try CBOR.decode(Value.self, from: payload)
        #expect(value.spelling == example.1.spelling)
        #expect(try CBOR.encode(value).hexadecimal == example.0)
    }

    @Test(arguments: others)
    func `other payloads are read`(example: (String, Value)) throws {
        let payload = try #require([UInt8](hexadecimal: example.0))
        #expect(try CBOR.decode(Value.self, from: payload).spelling == example.1.spelling)
    }

    @Test(arguments: ["f97e00", "fa7fc00000", "fb7ff8000000000000", "fb7ff0000000000001"])
    func `every NaN is read, and written as one`(hexadecimal: String) throws {
        let payload = try #require([UInt8](hexadecimal: hexadecimal))
        let value = try CBOR.decode(Double.self, from: payload)
        #expect(value.isNaN)
        #expect(try CBOR.encode(value).hexadecimal == "f97e00")
        #expect(try CBOR.encode(Float(value)).hexadecimal == "f97e00")
    }

    @Test(arguments: refused)
    func `what no value can hold is refused in words`(
        example: (String, PayloadError.Code)
    ) throws {
        let payload = try #require([UInt8](hexadecimal: example.0))
        let error = #expect(throws: PayloadError.self) {
            try CBOR.decode(Value.self, from: payload)
        }
        #expect(error?.code == example.1)
    }

    @Test(arguments: malformed)
    func `what is not well-formed is refused`(hexadecimal: String) throws {
        let payload = try #require([UInt8](hexadecimal: hexadecimal))
        let error = #expect(throws: PayloadError.self) {
            try CBOR.decode(Value.self, from: payload)
        }
        #expect(error?.code == .malformed || error?.code == .unsupported)
    }
}
