// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

extension Guide {
    /// A function of the program, called by name.
    public static func partialFunctions() async throws -> [Double] {
        let manager = ServiceManager()
        let (q, k, v) = ([1.0, 2.0], [3.0, 4.0], [10.0, 20.0])
        // snippet: partial-functions
        // Register simple functions for direct calls
        try manager.provide("attention") { (query: [Double], key: [Double], value: [Double]) in
            let score = zip(query, key).map { $0 * $1 }.reduce(0, +)
            return value.map { $0 * score }
        }

        // Call the function directly: nothing is awaited, encoded or copied
        let result: [Double] = try manager.callFunction("attention", q, k, v)
        // end
        await manager.shutdown()
        return result
    }

    /// A function of the program that suspends.
    public static func suspendingFunctions() async throws -> [Int] {
        let manager = ServiceManager()
        // snippet: suspending-functions
        try manager.provide("fetch") { (key: Int) async in
            await Task.yield()
            return key * 2
        }
        try await manager.start()

        let fetch = try manager.asyncFunction("fetch", taking: Int.self, returning: Int.self)
        let four = try await fetch(2)
        // end
        let isDirect = fetch.isDirect
        await manager.shutdown()
        return isDirect ? [four] : []
    }

    /// A method of a service in this process, called like a function.
    public static func functionHandles() async throws -> String? {
        let manager = ServiceManager()
        // snippet: function-handles
        try await manager.register("memory", as: MemoryManagerService.self, slot: .inProcess)
        try await manager.start()

        let get = try manager.function(
            "memory.get", taking: String.self, returning: String?.self)
        let nothing = try get("a key")
        // end
        let isDirect = get.isDirect
        await manager.shutdown()
        return isDirect ? nothing ?? "direct" : nothing
    }
}
