// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Foundation
import OracleSupport
import Testing

struct OracleTests {
    static let oracle = Oracle("payloads.py")

    @Test func `another implementation reads and writes the same bytes`() throws {
        var generator = ValueGenerator(seed: 1)
        var lines = ""
        for _ in 0..<1000 {
            let value = generator.next()
            lines += "\(try CBOR.encode(value).hexadecimal) \(value.spelling)\n"
        }
        let answer = try Self.oracle.run(["check"], input: Data(lines.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == "1000\n")
    }

    @Test func `what another implementation writes is read as it was meant`() throws {
        let answer = try Self.oracle.run(["make", "2", "1000"])
        var count = 0
        for line in String(decoding: answer, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            let payload = try #require([UInt8](hexadecimal: parts[0]))
            let value = try CBOR.decode(Value.self, from: payload)
            try #require(value.spelling == parts[1])
            count += 1
        }
        #expect(count == 1000)
    }

    @Test func `typed arrays of every kind are read`() throws {
        let answer = try Self.oracle.run(["arrays", "3"])
        var count = 0
        for line in String(decoding: answer, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            let payload = try #require([UInt8](hexadecimal: parts[1]))
            let value = try CBOR.decode(Value.self, from: payload)
            try #require(value.spelling == parts[2], "\(parts[0])")
            let expected = try #require(value.array).compactMap { $0.double }
            let doubles = try CBOR.decode([Double].self, from: payload)
            try #require(doubles.map(\.bitsOrNaN) == expected.map(\.bitsOrNaN))
            let slowly = try CBOR.decode(ContiguousArray<Double>.self, from: payload)
            try #require(slowly.map(\.bitsOrNaN) == expected.map(\.bitsOrNaN))
            count += 1
        }
        #expect(count == 80)
    }

    @Test func `typed arrays are written for others to read`() throws {
        var lines = ""
        func add<N: Codable & Sendable>(_ numbers: [N], _ value: (N) -> Value) throws {
            let spelling = Value.array(numbers.map(value)).spelling
            lines += "\(try CBOR.encode(numbers).hexadecimal) \(spelling)\n"
        }
        try add([1.5, -2, .infinity, 0.1]) { Value.double($0) }
        try add([Float(1.5), -2, 0.1]) { .double(Double($0)) }
        try add([Int8.min, 0, .max]) { .integer(Int64($0)) }
        try add([Int16.min, 0, .max]) { .integer(Int64($0)) }
        try add([Int32.min, 0, .max]) { .integer(Int64($0)) }
        try add([Int64.min, 0, .max]) { .integer($0) }
        try add([UInt16.min, 1, .max]) { .integer(Int64($0)) }
        try add([UInt32.min, 1, .max]) { .integer(Int64($0)) }
        try add([UInt64.min, 1, .max]) { Value($0) }
        try add([Int.min, -1, 0, 24, .max]) { Value($0) }
        try add([UInt.min, 24, .max]) { Value(UInt64($0)) }
        let answer = try Self.oracle.run(["check"], input: Data(lines.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == "11\n")
    }
}

extension Double {
    fileprivate var bitsOrNaN: UInt64? { isNaN ? nil : bitPattern }
}
