// SPDX-License-Identifier: Apache-2.0

import BackplaneTesting
import Foundation
import Outsider
import Testing

struct OutsiderTests {
    @Test func `works without a host`() async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let harness = try await PluginHarness(Outsider.self, directory: folder)
        #expect(try await harness.call("bytes", "hëllo", as: Int.self) == 6)
        #expect(try await harness.call("last", "world", as: String.self) == "d")
        #expect(try await harness.call("beside", as: Int.self) == 42)
        #expect(try await harness.call("data", as: String.self) == "a file beside the plugin")
    }
}
