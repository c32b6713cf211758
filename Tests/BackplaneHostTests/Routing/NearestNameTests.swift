// SPDX-License-Identifier: Apache-2.0

import BackplaneHost
import Testing

struct NearestNameTests {
    @Test(arguments: [
        ("tokeniser", "tokenizer"), ("ehco", "echo"), ("COMPUTE", "compute"), ("mem", "memory"),
        ("encod", "encode"), ("statsu", "status"),
    ])
    func `a slip of the hand finds its word`(name: String, meant: String) {
        let known = ["compute", "echo", "encode", "memory", "pipeline", "status", "tokenizer"]
        #expect(NearestName.find(name, among: known) == meant)
    }

    @Test(arguments: ["", "x", "database", String(repeating: "e", count: 10_000)])
    func `what is far from everything finds nothing`(name: String) {
        #expect(NearestName.find(name, among: ["compute", "echo", "memory"]) == nil)
    }

    @Test func `of two equally near the first of the alphabet is taken`() {
        #expect(NearestName.find("cat", among: ["hat", "bat"]) == "bat")
        #expect(NearestName.find("cat", among: ["bat", "hat"]) == "bat")
    }

    @Test func `the hint is empty when nothing is near`() {
        #expect(NearestName.hint(for: "ehco", among: ["echo"]) == "; did you mean 'echo'?")
        #expect(NearestName.hint(for: "zzz", among: ["echo"]) == "")
    }
}
