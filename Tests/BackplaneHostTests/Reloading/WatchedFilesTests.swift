// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct WatchedFilesTests {
    @Test func `every place where a plugin may come to lie is watched`() {
        let host = HostConfiguration(
            folder: "/app", pluginFolders: ["/p", "/q"],
            services: [
                ServiceConfiguration(name: "a", plugin: .name("A")),
                ServiceConfiguration(name: "b", plugin: .name("A"), isEnabled: false),
                ServiceConfiguration(name: "c", plugin: .path("/c.so")),
            ])
        let files = WatchedFiles(
            host, files: ["/app/services.yaml", "/app/.env"], libraries: ["c": ["/libc2.so"]])
        #expect(
            files.services == [
                "/p/libA.so": ["a", "b"], "/q/libA.so": ["a", "b"], "/c.so": ["c"],
                "/libc2.so": ["c"],
            ])
        #expect(files.configuration == ["/app/services.yaml", "/app/.env"])
        #expect(files.paths.count == 6)
        #expect(WatchedFiles().paths.isEmpty)
    }
}
