// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct EnvironmentFileTests {
    @Test(arguments: [
        ("A=1", ["A": "1"]), ("A=1\nB=2\n", ["A": "1", "B": "2"]),
        ("A=1\r\nB=2\r\n", ["A": "1", "B": "2"]),
        ("", [:]), ("\n\n# A=1\n  # B\n", [:]), ("A=", ["A": ""]), ("export A=1", ["A": "1"]),
        ("  A = 1  ", ["A": "1"]), ("A=b c", ["A": "b c"]), ("A=b # c", ["A": "b"]),
        ("A=b#c", ["A": "b#c"]), ("A=#c", ["A": ""]), ("A='b # c'", ["A": "b # c"]),
        ("A='\\n'", ["A": "\\n"]), ("A=\"x\\ny\\t\\\"\\\\\\$\\q\"", ["A": "x\ny\t\"\\$\\q"]),
        ("A=\"x\ny\" # z\nB=1", ["A": "x\ny", "B": "1"]), ("A=''", ["A": ""]),
        ("A=${B}$", ["A": "${B}$"]), ("A=1\nA=2", ["A": "2"]), ("A=b=c", ["A": "b=c"]),
        ("A=a\"b\"", ["A": "a\"b\""]), ("Ü=1\nA=ü", ["A": "ü"]),
    ])
    func `lines are variables`(text: String, variables: [String: String]) {
        #expect(EnvironmentFile(file: ".env", text: text).variables == variables)
    }

    @Test(arguments: [
        ("A=1\nhello\n", ".env:2: error: expected NAME=value"),
        ("1A=1", ".env:1: error: expected NAME=value"),
        ("=1", ".env:1: error: expected NAME=value"),
        ("A # =", ".env:1: error: expected NAME=value"),
        ("\nA='b", ".env:2: error: the quote is never closed"),
        ("A='b\nc' d\nB=1", ".env:1: error: something follows the closing quote"),
        ("A=\"b\nc\"\nwhat", ".env:3: error: expected NAME=value"),
    ])
    func `what is no variable is an error that shows no value`(text: String, error: String) {
        let errors = EnvironmentFile(file: ".env", text: text).errors.map(\.description)
        #expect(errors == [error])
    }

    @Test func `a bad line leaves the others alone`() {
        let file = EnvironmentFile(file: ".env", text: "A=1\nbad\nB=2")
        #expect(file.variables == ["A": "1", "B": "2"])
        #expect(file.errors.count == 1)
    }
}
