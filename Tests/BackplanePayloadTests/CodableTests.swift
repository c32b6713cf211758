// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import Foundation
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

    @Test func `arguments are read by position and by name`() throws {
        var writer = ArgumentWriter()
        try writer.append("hello")
        try writer.append(3)
        let bytes = writer.finish()
        var reader = try ArgumentReader(bytes.span, names: ["text", "count"])
        #expect(try reader.next(String.self) == "hello")
        #expect(try reader.next(Int.self) == 3)
        try reader.finish()
    }
}
