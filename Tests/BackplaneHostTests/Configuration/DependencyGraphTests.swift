// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct DependencyGraphTests {
    @Test(
        arguments: [
            ([:], []), (["a": ["b"], "b": ["c"]], []),
            (["a": ["b", "c"], "b": ["d"], "c": ["d"]], []),
            (["a": ["a"]], [["a"]]), (["a": ["b"], "b": ["a"]], [["a", "b"]]),
            (["a": ["b"], "b": ["c"], "c": ["b"]], [["b", "c"]]),
            (["a": ["b"], "b": ["a"], "c": ["d"], "d": ["c"]], [["a", "b"], ["c", "d"]]),
            (["a": ["b", "a"], "b": ["a"]], [["a", "b"], ["a"]]), (["a": ["nobody"]], []),
            (
                ["a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["a"]],
                [["a", "b", "c"], ["a", "b", "d"]]
            ),
        ] as [([String: [String]], [[String]])])
    func `cycles are found, each once`(edges: [String: [String]], cycles: [[String]]) {
        let graph = DependencyGraph(edges: edges)
        #expect(graph.cycles(startingFrom: ["a", "b", "c", "d"]) == cycles)
    }

    @Test func `a long chain is no problem`() {
        let count = 20_000
        var edges = Dictionary(
            uniqueKeysWithValues: (0..<count).map { ("s\($0)", ["s\($0 + 1)"]) })
        let names = (0..<count).map { "s\($0)" }
        #expect(DependencyGraph(edges: edges).cycles(startingFrom: names).isEmpty)
        edges["s\(count - 1)"] = ["s0"]
        #expect(DependencyGraph(edges: edges).cycles(startingFrom: names) == [names])
    }
}
