// SPDX-License-Identifier: Apache-2.0

public import Backplane
import Synchronization

/// Matrices and models: a plugin for the forked slot, whose crash costs no more than its worker.
///
/// In `config`, `models` names the folder of the models; a relative one counts from the process's
/// working directory, which is the folder of the host's configuration.
public final class Compute: Plugin {
    /// The plugin's name and methods.
    public static let manifest = Manifest<Compute>(
        "compute", version: "1.0.0", summary: "Matrices, and models in the safetensors format."
    ) {
        Method(
            "load_model", Compute.loadModel, "model_name", idempotent: true,
            summary: "Maps a model's file; what is in it.")
        Method(
            "attention", Compute.attention, "query", "key", "value", idempotent: true,
            summary: "The product of the query, the transposed key and the value.")
        Method(
            "matmul", Compute.matmul, "a", "b", idempotent: true,
            summary: "The product of two matrices.")
        Method(
            "double", Compute.double, "x", idempotent: true,
            summary: "Twice a number, or each number of a list.")
    }

    /// The `config` key of the service.
    private struct Settings: Decodable {
        let models: String?
    }

    private let models: String
    /// Models stay mapped, so that their bytes are in memory for whoever looks at them next.
    private let loaded = Mutex<[String: MappedFile]>([:])

    /// Makes an instance, and provides `attention` as a function besides.
    public init(_ comm: Comm) throws {
        models = try comm.configuration(as: Settings.self).models ?? "models"
        try comm.provide("attention", Self.product)
    }

    /// Maps the model's file and says what is in it.
    func loadModel(_ name: ModelName) throws -> Model {
        let file = try MappedFile(path: "\(models)/\(name.text).safetensors")
        let model = try Safetensors(file).model(named: name.text)
        loaded.withLock { $0[name.text] = file }
        return model
    }

    /// The product q · kᵀ · v.
    func attention(_ query: Matrix, _ key: Matrix, _ value: Matrix) throws -> Matrix {
        try Self.product(query, key, value)
    }

    /// The product of two matrices.
    func matmul(_ a: Matrix, _ b: Matrix) throws -> Matrix {
        try a.times(b)
    }

    /// Twice a number, or twice each number of a list, at any depth; integers stay integers.
    func double(_ x: Value) throws -> Value {
        try x.doubled()
    }

    static let product: @Sendable (Matrix, Matrix, Matrix) throws -> Matrix = {
        query, key, value in
        try query.times(key.transposed).times(value)
    }
}
