// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding

extension Guide {
    /// The defaults of all services, and of one.
    public static func configuration() async throws -> [String] {
        // snippet: configuration
        let manager = ServiceManager(
            slot: .async,
            workers: 4,  // threads or processes
            timeout: .seconds(30),  // of each attempt
            retries: Retries(max: 3, delay: .milliseconds(100), backoff: 2))

        // What a registration says counts for that service
        try await manager.register(
            "compute", plugin: "Compute", slot: .forked, workers: 2, timeout: .seconds(300),
            retries: Retries(max: 0), config: ["models": "/srv/models"])
        // end
        let names = manager.services
        await manager.shutdown()
        return names
    }

    /// What the host is told besides.
    public static func options() async throws -> [String] {
        // snippet: options
        var options = ServiceManager.Options()
        options.plugins += ["build/plugins"]  // where lib<Name>.so is looked up
        options.watchesFiles = false  // newer builds wait for reload()
        options.logger = Logger(label: "my-program")
        let manager = ServiceManager(slot: .inProcess, options: options)
        // end
        await manager.shutdown()
        return options.plugins
    }
}
