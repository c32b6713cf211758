// SPDX-License-Identifier: Apache-2.0

import BackplaneEmbedding
import Logging
public import ServiceLifecycle
import UnixSignals

extension Guide {
    /// The manager as a service of a group, until somebody shuts it down.
    public static func amongServices(_ webServer: any Service) async throws {
        // snippet: service-group
        let manager = ServiceManager(slot: .inProcess)
        try await manager.register("memory", as: MemoryManagerService.self)

        // Services are shut down in reverse order: the manager after those that call it
        let group = ServiceGroup(
            services: [manager, webServer], gracefulShutdownSignals: [.sigterm],
            logger: Logger(label: "my-program"))
        try await group.run()
        // end
    }
}
