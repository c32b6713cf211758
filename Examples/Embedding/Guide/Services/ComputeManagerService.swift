// SPDX-License-Identifier: Apache-2.0

public import BackplaneEmbedding

/// Loads models, or says that it does: the guide's compute service.
public final class ComputeManagerService: Plugin {
    /// What is known of a model.
    public struct Model: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// How many numbers it has.
        public var parameters: Int
    }

    /// The plugin's name and methods.
    public static let manifest = Manifest<ComputeManagerService>("compute", version: "1.0.0") {
        Method("load_model", ComputeManagerService.loadModel, "model_name", idempotent: true)
    }

    /// Makes an instance for a host.
    public init(_ comm: Comm) {}

    /// Makes an instance for a program to register.
    public init() {}

    func loadModel(_ name: String) throws -> Model {
        guard name == "gpt2" else {
            throw BackplaneError(.notFound, "no model '\(name)'; there is gpt2")
        }
        return Model(name: name, parameters: 124_439_808)
    }
}
