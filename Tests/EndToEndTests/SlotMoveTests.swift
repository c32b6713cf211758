// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

/// One word of the configuration moves a service, and nobody can tell by its results.
struct SlotMoveTests {
    static let slots = ["in-process", "async", "forked"]

    @Test func `every sample gives the same results in every slot`() throws {
        let results = try Self.slots.map { slot in
            try Self.results(
                of: HostProcess(
                    ["Echo", "Tokenizer", "Compute", "Memory", "Pipeline"].map {
                        "  \($0.lowercased()): { plugin: \($0), slot: \(slot) }"
                    }.joined(separator: "\n")))
        }
        #expect(results[0].count == Self.calls.count)
        #expect(results[1] == results[0])
        #expect(results[2] == results[0])
    }

    @Test(arguments: slots, slots)
    func `a pipeline gives the same wherever the services are that it calls`(
        tokenizer: String, memory: String
    ) throws {
        let host = try HostProcess(
            """
              tokenizer: { plugin: Tokenizer, slot: \(tokenizer) }
              memory: { plugin: Memory, slot: \(memory) }
              pipeline: { plugin: Pipeline, depends-on: [tokenizer, memory] }
            """)
        let text = try host.folder.file("text", Array("banana bandana, 🍌 ananas".utf8))
        _ = try host.call("tokenizer.train", #"["\#(text)", 260]"#)
        #expect(
            try host.call("pipeline.index", #"["\#(text)"]"#) == """
                [{"id":32,"token":" ","count":3},{"id":257,"token":"ana","count":3},\
                {"id":258,"token":"ban","count":2},{"id":44,"token":",","count":1},\
                {"id":100,"token":"d","count":1},{"id":115,"token":"s","count":1},\
                {"id":140,"count":1},{"id":141,"count":1},{"id":159,"count":1},{"id":240,"count":1}]
                """)
        #expect(try host.call("memory.get", #"["token/257"]"#) == "3")
    }

    /// Calls that succeed and calls that fail; `text` is a file.
    private static let calls = [
        ("echo.echo", #"[{"a":[1,-2,2.5,null,true,"é"],"b":18446744073709551615}]"#),
        ("echo.echoer", "[[1,2,3]]"), ("echo.requester", "[0]"), ("echo.requester", "[-1]"),
        ("echo.requester", "[1]"), ("echo.echo", "[]"), ("echo.echo", "[1,2]"),
        ("echo.ecko", "[]"), ("echo.echo", #"{"valve":1}"#),
        ("tokenizer.train", #"["text", 300]"#), ("tokenizer.train", #"["text", 3]"#),
        ("tokenizer.train", #"["absent", 300]"#), ("tokenizer.encode", #"["banana 🍌"]"#),
        ("tokenizer.decode", "[[98,256,256,97]]"), ("tokenizer.decode", "[[255]]"),
        ("tokenizer.decode", "[[99999]]"),
        ("compute.double", "[[1,2.5,[3]]]"), ("compute.double", #"["x"]"#),
        ("compute.matmul", "[{\"rows\":1,\"columns\":2,\"values\":[1,2]},{\"rows\":1}]"),
        (
            "compute.matmul",
            #"""
            [{"rows":1,"columns":2,"values":[1,2]},{"rows":2,"columns":1,"values":[3,4]}]
            """#
        ),
        ("compute.load_model", #"["absent"]"#), ("compute.load_model", #"["a/b"]"#),
        ("memory.set", #"["k",{"x":[1]}]"#), ("memory.append", #"["l",1]"#),
        ("memory.append", #"["l",2]"#), ("memory.append", #"["k",2]"#), ("memory.get", #"["l"]"#),
        ("memory.keys", "[]"), ("memory.keys", #"["k"]"#), ("memory.delete", #"["k"]"#),
        ("pipeline.index", #"["text"]"#), ("memory.keys", #"["token/"]"#),
        ("pipeline.index", #"["absent"]"#),
    ]

    private static func results(of host: HostProcess) throws -> [String] {
        _ = try host.folder.file("text", Array("banana bandana, 🍌 ananas".utf8))
        return try calls.map { target, arguments in
            let end = try host.run("call", target, arguments)
            return "\(target) \(arguments): \(end.code) \(end.output)\(end.error)"
        }
    }
}
