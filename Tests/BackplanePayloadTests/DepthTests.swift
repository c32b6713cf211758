// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Testing

struct DepthTests {
    /// A list that is as deep as it is long.
    indirect enum Chain: Codable {
        case end
        case link(Chain)

        static func of(_ count: Int) -> Chain {
            var chain = Chain.end
            for _ in 0..<count { chain = .link(chain) }
            return chain
        }
    }

    struct Node: Codable {
        var next: [Node]
        var last: Int?
    }

    static func nested(_ depth: Int) -> Value {
        var value: Value = 1
        for _ in 0..<depth { value = [value] }
        return value
    }

    @Test func `values may be nested as deep as is said, and no deeper`() throws {
        let deepest = Self.nested(CBOR.maximumDepth)
        #expect(try CBOR.decode(Value.self, from: CBOR.encode(deepest)) == deepest)
        let error = #expect(throws: PayloadError.self) {
            try CBOR.encode(Self.nested(CBOR.maximumDepth + 1))
        }
        #expect(error?.code == .tooDeep)
    }

    @Test func `types may be nested as deep as is said, and no deeper`() throws {
        var node = Node(next: [], last: 1)
        for _ in 0..<(CBOR.maximumDepth / 2 - 1) { node = Node(next: [node], last: nil) }
        _ = try CBOR.decode(Node.self, from: CBOR.encode(node))
        node = Node(next: [node], last: nil)
        let error = #expect(throws: PayloadError.self) { try CBOR.encode(node) }
        #expect(error?.code == .tooDeep)
        let chain = #expect(throws: PayloadError.self) { try CBOR.encode(Chain.of(1000)) }
        #expect(chain?.code == .tooDeep)
    }

    /// Each level is asked for a key behind its nested value, which is to be passed over for it.
    @Test func `nested values are not passed over again and again`() throws {
        let levels = CBOR.maximumDepth / 2 - 2
        let wide = [UInt8](repeating: 0x80, count: 300_000)
        var payload: [UInt8] = []
        for _ in 0..<levels { payload += [0xa2, 0x64] + Array("next".utf8) + [0x81] }
        payload += [0xa2, 0x64] + Array("next".utf8) + [0x80, 0x65] + Array("other".utf8)
        payload += [0x9a, 0x00, 0x04, 0x93, 0xe0] + wide
        for _ in 0..<levels { payload += [0x64] + Array("last".utf8) + [0x05] }
        let clock = ContinuousClock()
        let once = try clock.measure { _ = try CBOR.decode(Value.self, from: payload) }
        let node = try clock.measure { _ = try CBOR.decode(Node.self, from: payload) }
        // Passing over all of it at each of the 254 levels would take far longer than that.
        #expect(node < once * 20)
    }
}
