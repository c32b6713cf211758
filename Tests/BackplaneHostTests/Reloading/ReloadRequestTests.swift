// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct ReloadRequestTests {
    private func host(_ services: [String], queue: Int = 1) -> HostConfiguration {
        HostConfiguration(
            folder: "/app", pluginFolders: ["/\(queue)"],
            services: services.map {
                ServiceConfiguration(name: $0, plugin: .name("A"), queue: queue)
            })
    }

    @Test func `all services are meant unless some are named`() {
        let file = host(["a", "b"], queue: 2)
        let request = ReloadRequest(cause: .command)
        #expect(file.scoped(request, running: host(["a"])) == file)
    }

    @Test func `only named services change, come or go`() {
        let running = host(["a", "b", "gone", "kept"])
        let file = host(["new", "other", "b", "a"], queue: 2)
        let request = ReloadRequest(services: ["a", "new", "gone"], cause: .command)
        let scoped = file.scoped(request, running: running)
        #expect(scoped.services.map(\.name) == ["new", "b", "a", "kept"])
        #expect(scoped.services.map(\.queue) == [2, 1, 2, 1])
        #expect(scoped.pluginFolders == running.pluginFolders)
    }
}
