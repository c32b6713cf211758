// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneImage

/// How a description crosses from a worker to its host.
struct PluginDescriptionTests {
    private let description = PluginDescription(
        name: "tökenizer", version: "1.2.3", summary: "Sümmary", compiler: "swift 6.3",
        target: "x86_64-linux", abi: ABIVersion(major: 7, minor: .max), hasState: true,
        methods: [
            MethodDescription(name: "plain"),
            MethodDescription(
                name: "full", summary: "All of it.",
                parameters: [.init(name: "a", type: "Int"), .init(name: "b", type: "[String]")],
                resultType: "Double", isIdempotent: true, isAsync: true),
            MethodDescription(name: "idempotent", isIdempotent: true),
            MethodDescription(name: "async", isAsync: true),
        ])

    @Test func `a description is the same on the other side`() throws {
        #expect(try PluginDescription(fields: description.fields) == description)
        let empty = PluginDescription(name: "", version: "")
        #expect(try PluginDescription(fields: empty.fields) == empty)
    }

    @Test func `a description that is not whole is refused at every length`() {
        let fields = description.fields
        for count in 0..<fields.count {
            #expect(throws: (any Error).self) {
                try PluginDescription(fields: Array(fields.prefix(count)))
            }
        }
        #expect(throws: (any Error).self) { try PluginDescription(fields: fields + [0]) }
    }
}
