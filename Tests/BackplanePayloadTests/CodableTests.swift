// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Foundation
import OracleSupport
import Testing

struct CodableTests {
    struct Matrix: Codable, Equatable, Sendable {
        var rows: Int
        var columns: Int
        var values: [Double]
        var name: String?
        var data: Data
        var nested: [Layer]
    }

    struct Layer: Codable, Equatable, Sendable {
        var kind: Kind
        var tags: [String: [Int]]
        var children: [Layer]
        var small: Set<UInt8>
    }

    enum Kind: String, Codable, Sendable { case dense, sparse }

    enum Shape: Codable, Equatable, Sendable {
        case circle(radius: Double)
        case square(Int)
        case empty
    }

    static let leaf = Layer(kind: .sparse, tags: ["a": [1, 2]], children: [], small: [])
    static let matrix = Matrix(
        rows: 2, columns: 3, values: [1, 2.5, -3], name: nil, data: Data([1, 2, 3, 255]),
        nested: [
            Layer(kind: .dense, tags: [:], children: [leaf, leaf], small: [200, 7]), leaf,
        ])

    @Test func `a nested value survives`() throws {
        let payload = try CBOR.encode(Self.matrix)
        #expect(try CBOR.decode(Matrix.self, from: payload) == Self.matrix)
    }

    @Test(arguments: [Shape.circle(radius: 0.1), .square(-1), .empty])
    func `cases with associated values survive`(shape: Shape) throws {
        #expect(try CBOR.decode(Shape.self, from: CBOR.encode(shape)) == shape)
    }

    /// Encodes and decodes a value, and expects these bytes in between.
    func roundTrip<T: Codable & Equatable>(
        _ value: T, _ hexadecimal: String, at location: SourceLocation = #_sourceLocation
    ) throws {
        let payload = try CBOR.encode(value)
        #expect(payload.hexadecimal == hexadecimal, sourceLocation: location)
        #expect(try CBOR.decode(T.self, from: payload) == value, sourceLocation: location)
        let boxed = try CBOR.decode([String: [T]].self, from: CBOR.encode(["key": [value]]))
        #expect(boxed == ["key": [value]], sourceLocation: location)
    }

    @Test func `integers of all widths survive`() throws {
        try roundTrip(Int8.min, "387f")
        try roundTrip(Int16.min, "397fff")
        try roundTrip(Int32.min, "3a7fffffff")
        try roundTrip(Int64.min, "3b7fffffffffffffff")
        try roundTrip(Int.max, "1b7fffffffffffffff")
        try roundTrip(UInt8.max, "18ff")
        try roundTrip(UInt16.max, "19ffff")
        try roundTrip(UInt32.max, "1affffffff")
        try roundTrip(UInt64.max, "1bffffffffffffffff")
        try roundTrip(UInt.max, "1bffffffffffffffff")
    }

    @Test func `floating-point numbers survive in their shortest form`() throws {
        try roundTrip(0.1, "fb3fb999999999999a")
        try roundTrip(Float(0.1), "fa3dcccccd")
        try roundTrip(1.5, "f93e00")
        try roundTrip(Float(-2), "f9c000")
        try roundTrip(100000.0, "fa47c35000")
        var random = SeededGenerator(seed: 21)
        for _ in 0..<10_000 {
            let half = Float(bitPattern: UInt32(truncatingIfNeeded: random.next()) & 0xffff_e000)
            guard !half.isNaN else { continue }
            let payload = try CBOR.encode(half)
            #expect(try CBOR.decode(Float.self, from: payload).bitPattern == half.bitPattern)
            let wide = try CBOR.decode(Double.self, from: payload)
            #expect(wide.bitPattern == Double(half).bitPattern)
            let isShort =
                (Float(sign: .plus, exponent: -24, significand: 1)...65504)
                .contains(half.magnitude) && payload.count == 3
            if isShort { #expect(try CBOR.encode(wide) == payload) }
        }
    }

    @Test func `every half is read and written`() throws {
        for bits in 0...UInt16.max {
            let payload = [0xf9, UInt8(bits >> 8), UInt8(bits & 0xff)]
            let value = try CBOR.decode(Double.self, from: payload)
            if value.isNaN {
                #expect(bits & 0x7c00 == 0x7c00)
            } else {
                #expect(try CBOR.encode(value) == payload)
                #expect(try CBOR.encode(Float(value)) == payload)
            }
        }
    }

    @Test func `collections have their forms`() throws {
        try roundTrip([UInt8]([1, 255]), "4201ff")
        try roundTrip(Data([1, 255]), "4201ff")
        try roundTrip(ContiguousArray<UInt8>([1, 255]), "4201ff")
        try roundTrip(Set<UInt8>([255]), "41ff")
        try roundTrip([UInt8](), "40")
        try roundTrip(Data(), "40")
        try roundTrip(ContiguousArray<UInt8>(), "80")
        try roundTrip([1, 2, 500], "83010219" + "01f4")
        try roundTrip([1.0, 2.0], "d85650000000000000f03f0000000000000040")
        try roundTrip([Float(1)], "d855440000803f")
        try roundTrip([Int8(-1)], "d84841ff")
        try roundTrip([UInt16(1), 256], "d8454401000001")
        try roundTrip([UInt64](), "d84740")
        try roundTrip(["a", ""], "82616160")
        try roundTrip([true, false], "82f5f4")
        try roundTrip([nil, 1, nil] as [Int?], "83f601f6")
        try roundTrip([[1.0], []] as [[Double]], "82d85648000000000000f03fd85640")
        try roundTrip(["b": 1, "a": 2, "aa": 3], "a361610261620162616103")
        try roundTrip([7: "x"], "a161376178")
        try roundTrip(["a": Data([1])], "a161614101")
        try roundTrip(1..<3, "820103")
        try roundTrip(
            UUID(uuid: (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)),
            "782430303031303230332d303430352d303630372d303830392d304130423043304430453046")
        try roundTrip(Date(timeIntervalSinceReferenceDate: 1.5), "f93e00")
        try roundTrip(String?.none, "f6")
        try roundTrip("text" as String?, "6474657874")
        try roundTrip(Data?.some(Data([1])), "4101")
    }

    @Test func `large data survives in every place`() throws {
        for count in [23, 24, 255, 256, 65535, 65536, 100_000] {
            let data = Data((0..<count).map { UInt8(truncatingIfNeeded: $0) })
            #expect(try CBOR.decode(Data.self, from: CBOR.encode(data)) == data)
            #expect(try CBOR.decode([Data].self, from: CBOR.encode([data, data])) == [data, data])
            let mixed = try CBOR.decode([String: Data].self, from: CBOR.encode(["a": data]))
            #expect(mixed == ["a": data])
            #expect(try CBOR.decode([UInt8].self, from: CBOR.encode(data)) == Array(data))
        }
    }

    @Test func `empty arrays and empty bytes are read as each other`() throws {
        for payload: [UInt8] in [[0x40], [0x80], [0xd8, 0x40, 0x40], [0x5f, 0xff], [0x9f, 0xff]] {
            #expect(try CBOR.decode([UInt8].self, from: payload) == [])
            #expect(try CBOR.decode(Data.self, from: payload) == Data())
            #expect(try CBOR.decode([Double].self, from: payload) == [])
            #expect(try CBOR.decode([Int].self, from: payload) == [])
            #expect(try CBOR.decode(Set<Int>.self, from: payload) == [])
        }
    }

    @Test func `numbers convert as long as only precision is lost`() throws {
        #expect(try CBOR.decode(Double.self, from: CBOR.encode(3)) == 3)
        #expect(try CBOR.decode(Int.self, from: CBOR.encode(3.0)) == 3)
        #expect(try CBOR.decode([Double].self, from: CBOR.encode([1, -2])) == [1, -2])
        #expect(try CBOR.decode([Int].self, from: CBOR.encode([1.0, -2])) == [1, -2])
        #expect(try CBOR.decode(Float.self, from: CBOR.encode(0.1)) == 0.1)
        #expect(try CBOR.decode([Float].self, from: CBOR.encode([0.1])) == [0.1])
        #expect(try CBOR.decode(Float.self, from: CBOR.encode(Double.infinity)) == .infinity)
        for payload in [try CBOR.encode(1.5), try CBOR.encode(1e300), try CBOR.encode(Int.max)] {
            #expect(code { try CBOR.decode(Int8.self, from: payload) } == .outOfRange)
        }
        #expect(code { try CBOR.decode(UInt.self, from: CBOR.encode(-1)) } == .outOfRange)
        #expect(code { try CBOR.decode(Int.self, from: CBOR.encode(UInt.max)) } == .outOfRange)
        #expect(code { try CBOR.decode(Int.self, from: CBOR.encode(Double.nan)) } == .outOfRange)
        #expect(code { try CBOR.decode(Float.self, from: CBOR.encode(1e300)) } == .outOfRange)
        #expect(code { try CBOR.decode([UInt8].self, from: CBOR.encode([256])) } == .outOfRange)
        #expect(code { try CBOR.decode(Set<UInt8>.self, from: CBOR.encode([256])) } == .outOfRange)
    }

    @Test func `no bytes at all mean null`() throws {
        #expect(try CBOR.decode(Value.self, from: []) == .null)
        #expect(try CBOR.decode(Int?.self, from: []) == nil)
        #expect(code { try CBOR.decode(Int.self, from: []) } == .typeMismatch)
    }

    @Test func `errors name the place`() throws {
        var value = try CBOR.decode(Value.self, from: CBOR.encode(Self.matrix))
        func message(_ change: (inout [String: Value]) -> Void) throws -> String {
            var map = try #require(value.map)
            change(&map)
            let payload = try CBOR.encode(map)
            return #expect(throws: PayloadError.self) {
                try CBOR.decode(Matrix.self, from: payload)
            }?.description ?? ""
        }
        #expect(
            try message { $0["rows"] = "two" }
                == "type-mismatch: at rows: expected an integer, found a string")
        #expect(try message { $0["rows"] = nil } == "missing: 'rows' is missing")
        #expect(
            try message { $0["nested"] = [["kind": "dense", "tags": ["x": [1, nil]]]] }
                == "type-mismatch: at nested[0].tags.x: expected an integer, found null")
        #expect(
            try message { $0["nested"] = [["kind": "odd"]] }
                .hasPrefix("rejected: at nested[0].kind: "))
        #expect(try message { $0["nested"] = [1] }.hasPrefix("type-mismatch: at nested[0]: "))
        value = [:]
        #expect(try message { _ in } == "missing: 'rows' is missing")
    }

    /// The code of the error that is thrown.
    func code<T>(_ work: () throws -> T) -> PayloadError.Code? {
        do {
            _ = try work()
            return nil
        } catch {
            return (error as? PayloadError)?.code
        }
    }
}
