// SPDX-License-Identifier: Apache-2.0

import Backplane
import BackplaneTesting
import Foundation
import OracleSupport
import Testing

@testable import Compute

struct ComputeTests {
    private let folder = TemporaryFolder()

    @Test func `attention is the product of query, transposed key and value`() async throws {
        let harness = try await PluginHarness(Compute.self)
        let query = try Matrix(rows: 1, columns: 2, values: [1, 2])
        let key = try Matrix(rows: 3, columns: 2, values: [1, 0, 0, 1, 1, 1])
        let value = try Matrix(rows: 3, columns: 1, values: [10, 20, 30])
        let result: Matrix = try await harness.call(
            "attention", named: ["value": value, "key": key, "query": query])
        #expect(try result == Matrix(rows: 1, columns: 1, values: [140]))
    }

    @Test func `attention is a function too`() async throws {
        let harness = try await PluginHarness(Compute.self)
        let attention = try harness.comm.asyncFunction(
            "attention", taking: Matrix.self, Matrix.self, Matrix.self, returning: Matrix.self)
        let two = try Matrix(rows: 1, columns: 1, values: [2])
        #expect(try await attention(two, two, two) == Matrix(rows: 1, columns: 1, values: [8]))
    }

    @Test func `a matrix whose sizes lie is an invalid argument`() async throws {
        let harness = try await PluginHarness(Compute.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call(
                "matmul",
                payload: [
                    ["rows": 1, "columns": 1, "values": [1]],
                    ["rows": 2, "columns": 2, "values": [1]],
                ], as: Matrix.self)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("argument 'b'") == true)
        #expect(error?.message.contains("a matrix of 2 × 2 cannot have 1 values") == true)
    }

    @Test func `matrices that do not fit are refused in words`() async throws {
        let harness = try await PluginHarness(Compute.self)
        let tall = try Matrix(rows: 2, columns: 1, values: [1, 2])
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("matmul", tall, tall, as: Matrix.self)
        }
        #expect(error?.code == .failed)
        #expect(error?.message.contains("1 columns meet 2 rows") == true)
    }

    @Test(
        arguments: [
            (0, 0), (2, 4), (-3, -6), (2.5, 5.0), (.integer(.max), Value(UInt64.max - 1)),
            ([], []), ([1, [2.5, [-3]]], [2, [5.0, [-6]]]),
        ] as [(Value, Value)])
    func `integers stay integers when they are doubled`(x: Value, double: Value) async throws {
        let harness = try await PluginHarness(Compute.self)
        #expect(try await harness.call("double", payload: [x], as: Value.self) == double)
    }

    @Test(arguments: ["two", nil, true, ["a": 1], [1, "two"], .integer(.min)] as [Value])
    func `what has no double is refused`(x: Value) async throws {
        let harness = try await PluginHarness(Compute.self)
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("double", payload: [x], as: Value.self)
        }
        #expect(error?.code == .failed)
    }

    @Test func `a model is loaded by its name from the configured folder`() async throws {
        let header = #"{"x": {"dtype": "U8", "shape": [2, 1], "data_offsets": [0, 2]}}"#
        _ = try folder.file(
            "tiny.safetensors",
            [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8) + [1, 2])
        let harness = try await PluginHarness(Compute.self, configuration: ["models": folder.path])
        let expected: Value = [
            "name": "tiny", "tensors": [["name": "x", "dtype": "U8", "shape": [2, 1]]],
            "parameters": 2, "bytes": 2,
        ]
        #expect(try await harness.call("load_model", "tiny") == expected)
    }

    @Test(arguments: ["", "../tiny", "/etc/passwd", "a/b", "..", "tiny\0"])
    func `a name that leads out of the folder is no model`(name: String) async throws {
        _ = try folder.file("tiny.safetensors", [])
        let harness = try await PluginHarness(Compute.self, configuration: ["models": folder.path])
        await #expect(throws: BackplaneError.self) {
            try await harness.call("load_model", name, as: Model.self)
        }
    }

    @Test func `a name with a separator is an invalid argument`() async throws {
        let harness = try await PluginHarness(Compute.self, configuration: ["models": folder.path])
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("load_model", "../tiny", as: Model.self)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("'../tiny' names no file in the models' folder") == true)
    }

    @Test func `a model that is broken is refused with its path`() async throws {
        let path = try folder.file("broken.safetensors", [1, 2, 3])
        let harness = try await PluginHarness(Compute.self, configuration: ["models": folder.path])
        let error = await #expect(throws: BackplaneError.self) {
            try await harness.call("load_model", "broken", as: Model.self)
        }
        #expect(
            error?.message == "'\(path)': the file has 3 bytes, too few for its header")
    }
}
