// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Foundation
import OracleSupport
import Testing

/// Types whose coding is written by hand, in all the ways that the protocols allow.
struct CustomCodingTests {
    enum Key: String, CodingKey { case a, b, c, superclass = "super" }

    /// Encodes itself by a closure.
    struct Scripted: Encodable {
        let script: (any Encoder) throws -> Void

        func encode(to encoder: any Encoder) throws { try script(encoder) }

        static func value(_ script: @escaping (any Encoder) throws -> Void) throws -> Value {
            try CBOR.decode(Value.self, from: CBOR.encode(Scripted(script: script)))
        }

        static func code(_ script: @escaping (any Encoder) throws -> Void) -> PayloadError.Code? {
            do throws(PayloadError) {
                _ = try CBOR.encode(Scripted(script: script))
                return nil
            } catch {
                return error.code
            }
        }
    }

    struct Oops: Error {}

    @Test func `containers that are filled in turns keep their places`() throws {
        let value = try Scripted.value { encoder in
            var root = encoder.container(keyedBy: Key.self)
            var list = root.nestedUnkeyedContainer(forKey: .a)
            var map = root.nestedContainer(keyedBy: Key.self, forKey: .b)
            try list.encode("one")
            try map.encode(1, forKey: .a)
            try root.encode([1.5], forKey: .c)
            var inner = list.nestedUnkeyedContainer()
            try list.encode(UInt8(2))
            try map.encodeNil(forKey: .b)
            for number in 0..<30 { try inner.encode(number) }
            try "base".encode(to: root.superEncoder())
            try list.encode(Scripted { _ in })
        }
        let numbers = Value.array((0..<30).map { Value($0) })
        #expect(
            value == [
                "a": ["one", numbers, 2, [:]], "b": ["a": 1, "b": nil], "c": [1.5], "super": "base",
            ])
    }

    @Test func `one value may ask for its container again`() throws {
        let value = try Scripted.value { encoder in
            var first = encoder.container(keyedBy: Key.self)
            try first.encode(1, forKey: .a)
            var second = encoder.container(keyedBy: Key.self)
            try second.encode(2, forKey: .b)
            try first.encode(3, forKey: .c)
        }
        #expect(value == ["a": 1, "b": 2, "c": 3])
    }

    @Test func `an entry that fails is taken back`() throws {
        let failing = Scripted { encoder in
            var container = encoder.unkeyedContainer()
            try container.encode(["half", "done"])
            throw Oops()
        }
        let value = try Scripted.value { encoder in
            var map = encoder.container(keyedBy: Key.self)
            #expect(throws: Oops.self) { try map.encode(failing, forKey: .a) }
            var list = map.nestedUnkeyedContainer(forKey: .b)
            try list.encode(UInt8(1))
            #expect(throws: Oops.self) { try list.encode(failing) }
            try list.encode(UInt8(2))
        }
        #expect(value == ["b": [1, 2]])
    }

    @Test func `nothing encoded is an empty map`() throws {
        struct Empty: Codable {}
        #expect(try CBOR.encode(Empty()) == [0xa0])
        #expect(try CBOR.encode([Empty(), Empty()]) == [0x82, 0xa0, 0xa0])
        _ = try CBOR.decode(Empty.self, from: [0xa0])
    }

    @Test func `misuse of an encoder is an error`() throws {
        #expect(
            Scripted.code { encoder in
                _ = encoder.unkeyedContainer()
                _ = encoder.container(keyedBy: Key.self)
            } == .unsupported)
        #expect(
            Scripted.code { encoder in
                var container = encoder.singleValueContainer()
                try container.encode(1)
                try container.encode(2)
            } == .unsupported)
        #expect(
            Scripted.code { encoder in
                var outer = encoder.unkeyedContainer()
                let same = outer
                try outer.encode(
                    Scripted { _ in
                        var again = same
                        try again.encode(1)
                    })
            } == .unsupported)
        #expect(Scripted.code { _ in throw Oops() } == .rejected)
        #expect(
            Scripted.code { encoder in
                let context = EncodingError.Context(codingPath: [Key.a], debugDescription: "no")
                throw EncodingError.invalidValue(1, context)
            } == .rejected)
    }

    @Test func `neither encoder nor decoder outlives its work`() throws {
        final class Watch {
            weak var object: AnyObject?
            var container: (any UnkeyedDecodingContainer)?
        }
        struct Kept: Codable {
            nonisolated(unsafe) static var watch = Watch()  // SAFETY: used by this test alone.

            init() {}
            init(from decoder: any Decoder) throws {
                unsafe Kept.watch.object = decoder as AnyObject
            }
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                _ = container.nestedUnkeyedContainer()
                unsafe Kept.watch.object = encoder as AnyObject
            }
        }
        _ = try CBOR.encode([Kept()])
        unsafe #expect(Kept.watch.object == nil)
        _ = try CBOR.decode([Kept].self, from: [0x81, 0x01])
        unsafe #expect(Kept.watch.object == nil)
    }

    @Test func `a container that is kept for later has no bytes`() throws {
        struct Keeping: Decodable {
            var list: any UnkeyedDecodingContainer
            init(from decoder: any Decoder) throws { list = try decoder.unkeyedContainer() }
        }
        var kept = try CBOR.decode(Keeping.self, from: [0x82, 0x01, 0x02])
        #expect(throws: DecodingError.self) { try kept.list.decode(Int.self) }
    }

    class Animal: Codable {
        var name = "animal"
        init() {}
        enum CodingKeys: CodingKey { case name }
    }

    final class Dog: Animal {
        var tricks = 0
        override init() { super.init() }

        enum CodingKeys: CodingKey { case tricks }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            tricks = try container.decode(Int.self, forKey: .tricks)
            try super.init(from: container.superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(tricks, forKey: .tricks)
            try super.encode(to: container.superEncoder())
        }
    }

    @Test func `classes and their superclasses survive`() throws {
        let dog = Dog()
        dog.name = "Rex"
        dog.tricks = 3
        let payload = try CBOR.encode(dog)
        #expect(
            try CBOR.decode(Value.self, from: payload) == ["tricks": 3, "super": ["name": "Rex"]])
        let again = try CBOR.decode(Dog.self, from: payload)
        #expect(again.name == "Rex")
        #expect(again.tricks == 3)
    }

    @Test func `types that try one thing after the other can be decoded`() throws {
        enum Either: Codable, Equatable {
            case number(Int)
            case text(String)
            case list([Either])

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                do {
                    self = .number(try container.decode(Int.self))
                } catch DecodingError.typeMismatch {
                    // A mismatch only means that it is one of the others.
                    if let text = try? container.decode(String.self) {
                        self = .text(text)
                    } else {
                        self = .list(try container.decode([Either].self))
                    }
                }
            }
        }
        let payload = try CBOR.encode([1, "two", [3, ["four"]]] as Value)
        #expect(
            try CBOR.decode([Either].self, from: payload)
                == [.number(1), .text("two"), .list([.number(3), .list([.text("four")])])])
    }
}
