// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct StartOrderTests {
    private func groups(_ edges: [(String, [String])]) -> [[String]] {
        StartOrder.groups(
            edges.map { name, needs in
                ServiceConfiguration(name: name, plugin: .name("Fake"), dependsOn: needs)
            })
    }

    @Test func `services start after those they depend on, otherwise together`() {
        #expect(groups([]) == [])
        #expect(groups([("a", []), ("b", [])]) == [["a", "b"]])
        #expect(
            groups([("web", ["store", "log"]), ("store", ["log"]), ("log", []), ("free", [])]) == [
                ["log", "free"], ["store"], ["web"],
            ])
    }

    @Test func `each service is started once, however long the chain`() {
        let names = (0..<200).map { "s\($0)" }
        let edges = names.enumerated().map { ($1, $0 == 0 ? [] : [names[$0 - 1]]) }
        #expect(groups(edges.reversed()) == names.map { [$0] })
    }

    @Test func `a service that is not there holds nobody up`() {
        #expect(groups([("a", ["missing"]), ("b", ["a"])]) == [["a"], ["b"]])
    }

    @Test func `a circle is started in the end, with what depends on it`() {
        #expect(groups([("a", ["b"]), ("b", ["a"]), ("c", [])]) == [["c"], ["a", "b"]])
        #expect(groups([("a", ["a"])]) == [["a"]])
    }
}
