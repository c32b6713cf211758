// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

extension Guide {
    /// Each service in the slot that fits it.
    public static func mixedMode() async throws -> [String] {
        // snippet: mixed-mode
        let manager = ServiceManager()

        // I/O heavy: threads of its own
        try await manager.register("tokenizer", as: TokenizerService.self, slot: .async)

        // Compute heavy: processes of its own, made of a plugin's file
        try await manager.register("compute", plugin: "Compute", slot: .forked)

        // Simple: on the caller's thread
        try await manager.register("memory", as: MemoryManagerService.self, slot: .inProcess)

        // All of them are called alike
        let words: [String] = try await manager.call("tokenizer", "encode", "hello world")
        let twice: Int = try await manager.call("compute", "double", words.count)
        try await manager.call("memory", "set", "words", "\(twice)")
        // end
        let kept: String? = try await manager.call("memory", "get", "words")
        await manager.shutdown()
        return words + [kept ?? "nothing"]
    }
}
