// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import backplane_cli

struct PluginNameTests {
    @Test(arguments: [
        ("greeter", "Greeter", "greeter"), ("Greeter", "Greeter", "greeter"),
        ("myPlugin", "MyPlugin", "my-plugin"), ("my-plugin", "MyPlugin", "my-plugin"),
        ("my_plugin_2", "MyPlugin2", "my-plugin-2"), ("HTTPGate", "HTTPGate", "httpgate"),
        ("a--b", "AB", "a-b"),
    ])
    func `a name has a form for each use`(given: String, type: String, service: String) throws {
        let name = try PluginName(given)
        #expect(name.folder == given)
        #expect(name.type == type)
        #expect(name.service == service)
    }

    @Test(arguments: [
        "", "9lives", "-x", "../up", "a/b", "a b", "ä", "host", "rpc", "Backplane", "foundation",
        String(repeating: "a", count: 65),
    ])
    func `what would not do as a name is wrong usage`(given: String) {
        let failure = #expect(throws: CommandFailure.self) { try PluginName(given) }
        #expect(failure?.code == 64)
    }
}
