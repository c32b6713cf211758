// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

extension Guide {
    /// Register an instance, call it, shut down.
    public static func quickStart() async throws -> String {
        // snippet: quick-start
        let manager = ServiceManager(slot: .async)

        // Register services
        let compute = ComputeManagerService()
        try await manager.register("compute", as: compute)

        // Call service methods
        let model: ComputeManagerService.Model = try await manager.call(
            "compute", "load_model", named: ["model_name": "gpt2"])
        print(model.name, model.parameters)

        // Shutdown
        await manager.shutdown()
        // end
        return model.name
    }
}
