// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct ConfigurationErrorTests {
    private func error(_ text: String, column: Int, length: Int, line: Int = 3)
        -> ConfigurationError
    {
        ConfigurationError(
            file: "f", line: line, column: column, message: "m",
            excerpt: ConfigurationError.Excerpt(text: text, length: length))
    }

    @Test func `an error shows its place, its line, its marks and its help`() {
        let error = ConfigurationError(
            file: "services.yaml", line: 3, column: 11,
            message: "unknown slot 'proces' for service 'greeter'",
            excerpt: ConfigurationError.Excerpt(
                text: "    slot: proces", length: 6,
                note: "expected one of: in-process, async, forked"),
            help: "did you mean 'forked'?")
        #expect(
            error.description == """
                services.yaml:3:11: error: unknown slot 'proces' for service 'greeter'
                   3 |     slot: proces
                     |           ^^^^^^ expected one of: in-process, async, forked
                     help: did you mean 'forked'?
                """)
    }

    @Test func `what is not known is left out`() {
        #expect(ConfigurationError(file: "f", message: "m").description == "f: error: m")
        #expect(ConfigurationError(file: "f", line: 3, message: "m").description == "f:3: error: m")
        let helped = ConfigurationError(file: "f", message: "m", help: "h")
        #expect(helped.description == "f: error: m\n     help: h")
    }

    @Test func `the count stands last`() {
        let error = ConfigurationError(file: "f", message: "m")
        #expect(ConfigurationErrors([error]).description == "f: error: m\n1 error")
        let two = ConfigurationErrors([error, error]).description
        #expect(two == "f: error: m\nf: error: m\n2 errors")
    }

    @Test func `large line numbers move the margin`() {
        #expect(
            error("abc", column: 2, length: 1, line: 12345).description == """
                f:12345:2: error: m
                12345 | abc
                      |  ^
                """)
    }

    @Test func `tabs and wide characters keep the marks in place`() {
        #expect(error("\ta: b", column: 5, length: 1).description.hasSuffix("     | \t   ^"))
        #expect(error("日本: b", column: 5, length: 1).description.hasSuffix("     |       ^"))
        #expect(error("é: 日本", column: 4, length: 2).description.hasSuffix("     |    ^^^^"))
        // The accent is a scalar of its own here.
        #expect(error("e\u{301}: b", column: 5, length: 1).description.hasSuffix("     |    ^"))
    }

    @Test func `nothing in a line moves the cursor`() {
        let shown = error("a\u{1B}[31mb\u{202E}\u{7}", column: 1, length: 1).description
        #expect(shown.contains("a\u{FFFD}[31mb\u{FFFD}\u{FFFD}"))
        #expect("a\u{1B}\n".quoted == "'a\\u{1B}\\u{A}'")
    }

    @Test func `of a long line a window is shown`() {
        let line = String(repeating: "x", count: 500) + "HERE" + String(repeating: "y", count: 500)
        let shown = error(line, column: 501, length: 4).description.split(separator: "\n")
        #expect(shown.count == 3)
        #expect(shown[1].count < 140)
        let marks = shown[2].enumerated().filter { $0.element == "^" }.map(\.offset)
        #expect(String(marks.map { Array(shown[1])[$0] }) == "HERE")
    }

    @Test(arguments: [0, 1, 3, 4, 5, 1000])
    func `marks beyond the line do no harm`(column: Int) {
        for length in [-1, 0, 1, 1000] {
            #expect(error("abc", column: column, length: length).description.contains("^"))
        }
    }

    @Test func `a long text is cut in messages`() {
        #expect(String(repeating: "a", count: 100).quoted.count == 63)
    }
}
