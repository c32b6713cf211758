// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import backplane_cli

struct CallArgumentsTests {
    @Test(arguments: [
        ("[1,2]", "[1,2]"), ("{\"a\":1}", "{\"a\":1}"), ("5", "[5]"), ("\"x\"", "[\"x\"]"),
        ("null", "[null]"), (" true ", "[ true ]"), ("[\n  1\r\n]", "[   1  ]"), ("\n{}", " {}"),
    ])
    func `arrays are by position, objects by name, and anything else is the one argument`(
        text: String, params: String
    ) throws {
        #expect(try CallArguments(text).params == params)
    }

    @Test func `nothing is no arguments`() throws {
        #expect(try CallArguments(nil).params == nil)
    }

    @Test func `a dash reads standard input`() throws {
        #expect(try CallArguments("-", input: { Array("[7]\n".utf8) }).params == "[7] ")
    }

    @Test(arguments: ["", "hello", "[1", "{'a':1}", "1 2", "NaN"])
    func `what is not JSON is wrong usage`(text: String) {
        let failure = #expect(throws: CommandFailure.self) { try CallArguments(text) }
        #expect(failure?.code == 64)
    }
}
