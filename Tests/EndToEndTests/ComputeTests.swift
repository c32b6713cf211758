// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

/// Matrices and models, from the command line.
struct ComputeTests {
    private struct Matrix: Codable {
        let rows: Int
        let columns: Int
        let values: [Double]

        static func random(_ rows: Int, _ columns: Int, _ random: inout SeededGenerator) -> Matrix {
            Matrix(
                rows: rows, columns: columns,
                values: (0..<rows * columns).map { _ in .random(in: -1...1, using: &random) })
        }
    }

    private struct Case: Encodable {
        let operation = "attention"
        let operands: [Matrix]
    }

    private struct Model: Codable, Equatable {
        struct Tensor: Codable, Equatable {
            let name: String
            let dtype: String
            let shape: [Int]
        }

        let name: String
        let tensors: [Tensor]
        let parameters: Int
        let bytes: Int
    }

    private struct Models: Decodable {
        let models: [Model]
    }

    private let folder = TemporaryFolder()

    @Test func `attention is what numpy computes`() throws {
        let host = try host()
        var random = SeededGenerator(seed: 11)
        let sizes = [(1, 1, 1, 1), (2, 3, 4, 5), (7, 16, 9, 3), (24, 32, 24, 32)]
        let cases = sizes.map { queries, width, keys, values in
            Case(operands: [
                .random(queries, width, &random), .random(keys, width, &random),
                .random(keys, values, &random),
            ])
        }
        let right = try JSONDecoder().decode(
            [Matrix].self,
            from: Oracle("matrices.py").run(input: JSONEncoder().encode(["cases": cases])))
        try #require(right.count == cases.count)
        for (`case`, right) in zip(cases, right) {
            let operands = String(
                decoding: try JSONEncoder().encode(`case`.operands), as: UTF8.self)
            let ours = try host.call("compute.attention", operands, as: Matrix.self)
            #expect(ours.rows == right.rows && ours.columns == right.columns)
            try #require(ours.values.count == right.values.count)
            for (one, other) in zip(ours.values, right.values) {
                #expect(abs(one - other) <= 1e-9 * max(1, abs(other)))
            }
        }
    }

    @Test func `models that the safetensors package wrote are read`() throws {
        let host = try host()
        let question = try JSONSerialization.data(
            withJSONObject: ["folder": folder.path, "judge": []])
        let models = try JSONDecoder().decode(
            Models.self, from: Oracle("models.py").run(input: question)
        ).models
        #expect(models.count >= 6)
        for model in models {
            #expect(
                try host.call("compute.load_model", #"["\#(model.name)"]"#, as: Model.self) == model
            )
        }
    }

    @Test func `headers that are cut off or lie are refused in words`() throws {
        let host = try host()
        let header = #"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#
        let hostile: [(name: String, bytes: [UInt8], words: String)] = [
            ("empty", [], "is empty"),
            ("short", [1, 2, 3], "too few for its header"),
            ("cut", Array(file(header).prefix(20)), "header"),
            ("huge", [UInt8](repeating: 0xff, count: 8) + Array("{}".utf8), "header"),
            ("no-data", Array(file(header).dropLast(8)), "bytes"),
            ("beyond", file(header.replacing("[0,8]", with: "[0,800]")), "data_offsets"),
            ("backwards", file(header.replacing("[0,8]", with: "[8,0]")), "data_offsets"),
            ("shape", file(header.replacing("[2]", with: "[4294967296,4294967296]")), "shape"),
            ("dtype", file(header.replacing("F32", with: "F33")), "dtype"),
            ("no-json", file("not JSON at all"), "header"),
        ]
        for (name, bytes, words) in hostile {
            _ = try folder.file("\(name).safetensors", bytes)
            let end = try host.run("call", "compute.load_model", "[\"\(name)\"]")
            #expect(end.code == 1)
            #expect(end.error.hasPrefix("error[failed]: "), "\(name): \(end.error)")
            #expect(end.error.contains("\(name).safetensors"), "\(name): \(end.error)")
            #expect(end.error.contains(words), "\(name): \(end.error)")
        }
        let outside = try host.run("call", "compute.load_model", #"["../secret"]"#)
        #expect(outside.error.hasPrefix("error[invalid-argument]: "))
        #expect(try host.services()["compute"]?.restarts == 0)
    }

    private func host() throws -> HostProcess {
        try HostProcess(
            "  compute: { plugin: Compute, slot: forked, config: { models: \(folder.path) } }")
    }

    private func file(_ header: String) -> [UInt8] {
        let size = UInt64(header.utf8.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: size >> ($0 * 8)) } + Array(header.utf8)
            + [UInt8](repeating: 0, count: 8)
    }
}
