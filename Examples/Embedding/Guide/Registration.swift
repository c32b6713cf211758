// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

extension Guide {
    /// Instances and types of the program, and plugins from files.
    public static func registration() async throws -> [String] {
        let manager = ServiceManager()
        // snippet: registration-in-this-process
        // An instance that the program has made, or a type of which the host makes one
        try await manager.register("compute", as: ComputeManagerService())
        try await manager.register("tokenizer", as: TokenizerService.self)
        // end
        // snippet: registration-forked
        // The name of a plugin, or the path of its file; a running program can't be forked
        try await manager.register("matrices", plugin: "Compute", slot: .forked)
        // end
        // snippet: replacing
        // What is registered can be replaced while it is called; a stateful service keeps its state
        try await manager.replace("tokenizer", with: TokenizerService.self, slot: .inProcess)

        // And it can go
        try await manager.unregister("matrices")
        // end
        let names = manager.services
        await manager.shutdown()
        return names
    }
}
