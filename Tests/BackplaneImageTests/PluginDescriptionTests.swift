// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import Testing

@testable import BackplaneImage

/// How a description crosses from a worker to its host.
struct PluginDescriptionTests {
    private let description = PluginDescription(
        name: "tökenizer", version: "1.2.3", summary: "Sümmary", compiler: "swift 6.3",
        target: "x86_64-linux", abi: ABIVersion(major: 7, minor: .max), hasState: true,
        state: StateVersions(
            version: 3, readsFrom: 1, readsTo: .max, writesFrom: 2, writesTo: 3),
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

    @Test(
        arguments: [
            [0, 1, 1, 0, 1], [1, 0, 1, 1, 1], [1, 2, 1, 1, 1], [1, 1, 1, 2, 1], [1, 1, 1, 2, 3],
            [3, 1, 3, 1, 2], [1, 1, 1, 0, 1], [1 << 32, 1, 1, 1, 1 << 32], [1, 1, .max, 1, 1],
        ] as [[UInt64]])
    func `versions of a state that are none are refused`(_ numbers: [UInt64]) throws {
        let state = StateVersions(
            version: 7, readsFrom: 7, readsTo: 7, writesFrom: 7, writesTo: 7)
        let fields = PluginDescription(name: "", version: "", hasState: true, state: state).fields
        var sevens = FieldWriter()
        var others = FieldWriter()
        for number in numbers {
            sevens.append(7)
            others.append(number)
        }
        let range = try #require(fields.firstRange(of: sevens.bytes))
        let claim = fields.prefix(range.lowerBound) + others.bytes + fields[range.upperBound...]
        let error = #expect(throws: TransportError.self) {
            try PluginDescription(fields: Array(claim))
        }
        #expect(error?.code == .malformed)
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
