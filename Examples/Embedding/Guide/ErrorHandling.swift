// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

extension Guide {
    /// Errors looked at, and errors caught.
    public static func errorHandling() async throws -> [String] {
        let manager = ServiceManager()
        try await manager.register("compute", as: ComputeManagerService.self)
        var seen: [String] = []
        // snippet: error-handling
        // As a result: nothing is thrown
        let result = await manager.result(
            of: "compute", "load_model", "gpt5", as: ComputeManagerService.Model.self)
        if result.status == .error, let error = result.error {
            print("Error: \(error.message)")
        }

        // As an error: its code says what kind of failure it is, in every slot alike
        do {
            let model: ComputeManagerService.Model = try await manager.call(
                "compute", "load_model", "gpt5")
            print(model.name)
        } catch {
            let who = error.code == .failed ? "the method" : "communication"
            print("Error of \(who): \(error.message)")
        }
        // end
        seen.append(result.error?.message ?? "")
        seen.append(result.error?.code.description ?? "")
        await manager.shutdown()
        return seen
    }
}
