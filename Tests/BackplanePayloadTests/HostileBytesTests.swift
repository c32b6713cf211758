// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Foundation
import OracleSupport
import Testing

/// Bytes from anywhere are decoded or refused; a trap would end the test run.
struct HostileBytesTests {
    struct Tree: Codable, Equatable {
        var name: String?
        var sizes: Set<UInt8>
        var weights: [Double]
        var data: Data
        var children: [String: Tree]
        var more: [Tree]?
    }

    final class Base: Decodable {
        let anything: Value
        let numbers: ContiguousArray<Float>

        enum CodingKeys: CodingKey { case anything, numbers }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            var nested = try container.nestedUnkeyedContainer(forKey: .numbers)
            var numbers: ContiguousArray<Float> = []
            while !nested.isAtEnd {
                if try nested.decodeNil() { continue }
                numbers.append(try nested.decode(Float.self))
            }
            self.numbers = numbers
            anything = try Value(from: container.superDecoder(forKey: .anything))
        }
    }

    static let tree = Tree(
        name: "root", sizes: [1, 200], weights: [0.5, 2], data: Data([0, 255]),
        children: [
            "a": Tree(name: nil, sizes: [], weights: [], data: Data(), children: [:], more: nil)
        ], more: [Tree(name: "b", sizes: [3], weights: [1], data: Data(), children: [:], more: [])])

    /// Decodes bytes as many types and gives how many of them took them.
    static func decodeAll(_ bytes: [UInt8]) throws -> Int {
        var taken = 0
        func attempt<T: Decodable>(_ type: T.Type) throws {
            do throws(PayloadError) {
                _ = try CBOR.decode(type, from: bytes)
                taken += 1
            } catch {
                if error.message.isEmpty { throw error }
            }
        }
        try attempt(Value.self)
        try attempt(Tree.self)
        try attempt(Base.self)
        try attempt(String.self)
        try attempt(Int8.self)
        try attempt(UInt64.self)
        try attempt(Int?.self)
        try attempt(Double.self)
        try attempt(Float.self)
        try attempt(Bool.self)
        try attempt([UInt8].self)
        try attempt(Data.self)
        try attempt([Double].self)
        try attempt([Int].self)
        try attempt([UInt16].self)
        try attempt([Float].self)
        try attempt(Set<Int16>.self)
        try attempt([String].self)
        try attempt([String: Value].self)
        try attempt([Int: String].self)
        try attempt([[Tree]?].self)
        try attempt(Date.self)
        try attempt(UUID.self)
        do throws(PayloadError) {
            var reader = try ArgumentReader(bytes.span, names: ["name", "a", "children"])
            _ = try reader.next(Value?.self)
            _ = try reader.next([Double]?.self)
            _ = try reader.next(Tree?.self)
            try reader.finish()
            taken += 1
        } catch {
            if error.code != .invalidArgument { throw error }
        }
        return taken
    }

    static func seeds() throws -> [[UInt8]] {
        var generator = ValueGenerator(seed: 5)
        var seeds = try (0..<40).map { _ in try CBOR.encode(generator.next()) }
        seeds.append(try CBOR.encode(tree))
        seeds.append(try CBOR.encode([1.5, 2.5]))
        seeds.append(try CBOR.encode([UInt16(1), 2]))
        seeds.append(
            try CBOR.encode(["name": "x", "a": [1], "children": nil, "numbers": [1]] as Value))
        let indefinite = "bf646e616d657f6161ff6573697a65735f4101ff67776569676874739f01f93c00ffff"
        seeds.append([UInt8](hexadecimal: indefinite) ?? [])
        return seeds
    }

    @Test func `mutated payloads are decoded or refused`() throws {
        var random = SeededGenerator(seed: 6)
        let seeds = try Self.seeds()
        var taken = 0
        for round in 0..<4000 {
            var bytes = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                Self.mutate(&bytes, seeds, &random)
            }
            taken += try Self.decodeAll(bytes)
        }
        #expect(taken > 500)
    }

    @Test func `random bytes are decoded or refused`() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<4000 {
            let count = Int.random(in: 0..<40, using: &random)
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = try Self.decodeAll(bytes)
        }
    }

    @Test func `payloads cut anywhere are refused`() throws {
        let bytes = try CBOR.encode(Self.tree)
        for count in 1..<bytes.count {
            let cut = Array(bytes[..<count])
            #expect(throws: PayloadError.self) { try CBOR.decode(Tree.self, from: cut) }
            #expect(throws: PayloadError.self) { try CBOR.decode(Value.self, from: cut) }
        }
    }

    @Test(arguments: [
        "5affffffff", "7affffffff", "9affffffff", "baffffffff", "5bffffffffffffffff",
        "7bffffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff", "9b7fffffffffffffff",
        "bb7fffffffffffffff", "bb8000000000000000", "d8565affffffff", "d8565bfffffffffffffff8",
        "d8455b7fffffffffffffff", "c25bffffffffffffffff",
    ])
    func `lengths of 4 GiB and more are refused without making room`(head: String) throws {
        let start = try #require([UInt8](hexadecimal: head))
        #expect(try Self.decodeAll(start) == 0)
        #expect(try Self.decodeAll(start + [0, 0, 0]) == 0)
        #expect(try Self.decodeAll([0x81] + start + [0, 0, 0]) == 0)
    }

    @Test func `claims that nest are refused without making room for all of them`() throws {
        // Every level claims all that is left: together that is more than there is memory.
        let nested = [[UInt8]](repeating: [0x9a, 0x00, 0x10, 0x00, 0x00], count: 400)
            .joined()
        let padding = [UInt8](repeating: 0, count: 1 << 20)
        #expect(try Self.decodeAll(Array(nested) + padding) == 0)
    }

    @Test(arguments: [[0x81], [0x9f], [0xa1, 0x61, 0x61], [0xbf, 0x61, 0x61], [0x82, 0x80]])
    func `nesting of 10,000 levels is refused`(level: [UInt8]) throws {
        let deep = Array(Array(repeating: level, count: 10_000).joined()) + [0]
        #expect(try Self.decodeAll(deep) == 0)
        let error = #expect(throws: PayloadError.self) {
            try CBOR.decode(Value.self, from: deep)
        }
        #expect(error?.code == .tooDeep)
    }

    @Test func `messages stay short whatever they quote`() throws {
        let long = String(repeating: "long ", count: 100_000)
        let payload = try CBOR.encode(["sizes": [], long: 1] as Value)
        let twice = [0xa2] + (try CBOR.encode(long)) + [0x01] + (try CBOR.encode(long)) + [0x02]
        for work in [
            { try CBOR.decode(Value.self, from: twice) },
            {
                var reader = try ArgumentReader(payload.span, names: ["sizes"])
                _ = try reader.next([Int].self)
                try reader.finish()
                return .null
            },
        ] as [() throws -> Value] {
            let error = #expect(throws: PayloadError.self) { try work() }
            #expect((error?.message.utf8.count ?? 0) < 3000)
        }
    }

    @Test func `a million tags are unwrapped`() throws {
        let tagged = [UInt8](repeating: 0xc6, count: 1_000_000) + [0x05]
        #expect(try CBOR.decode(Int.self, from: tagged) == 5)
        #expect(try CBOR.decode(Value.self, from: tagged) == 5)
    }

    private static func mutate(
        _ bytes: inout [UInt8], _ seeds: [[UInt8]], _ random: inout SeededGenerator
    ) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: bytes.insert(contentsOf: seeds.randomElement(using: &random) ?? [], at: place)
        case 3: bytes.replaceSubrange(place..., with: [0xff, 0xff, 0xff, 0xff].prefix(4))
        case 4 where place < bytes.count: bytes.remove(at: place)
        case 5 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        default:
            if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        }
    }
}
