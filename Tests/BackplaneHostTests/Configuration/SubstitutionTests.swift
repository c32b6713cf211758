// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct SubstitutionTests {
    private let substitution = Substitution(
        variable: { ["SET": "value", "EMPTY": "", "MONEY": "$$ ${SET}", "file": "paper"][$0] },
        file: { path in
            path == "secret" || path == "value"
                ? .success("hunter2")
                : .failure(RegularFile.Failure(message: "does not exist", isMissing: true))
        })

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("${SET}", "value"), ("a${SET}b${SET}", "avaluebvalue"),
        ("${EMPTY}", ""), ("${SET:-no}", "value"), ("${EMPTY:-yes}", "yes"), ("${EMPTY-no}", ""),
        ("${UNSET:-yes}", "yes"), ("${UNSET-yes}", "yes"), ("${UNSET:-}", ""),
        ("${SET:?no}", "value"), ("${EMPTY?no}", ""), ("${SET:+yes}", "yes"), ("${EMPTY:+no}", ""),
        ("${EMPTY+yes}", "yes"), ("${UNSET+no}", ""), ("${UNSET:-${SET}}", "value"),
        ("${UNSET:-a${EMPTY:-b}c}", "abc"), ("${UNSET:-$$}", "$"), ("$$", "$"), ("$$$$", "$$"),
        ("$${SET}", "${SET}"), ("$$${SET}", "$value"), ("${MONEY}", "$$ ${SET}"), ("$", "$"),
        ("5$", "5$"), ("$5", "$5"), ("^a$|b", "^a$|b"), ("${UNSET:-{}}", "{}"),
        ("${file}", "paper"),
        ("${file:-x}", "paper"), ("${UNSET:-a:b-c?d}", "a:b-c?d"), ("ü${SET}ü", "üvalueü"),
        ("${UNSET:-$${}", "${"),
    ])
    func `a variable is put in`(text: String, result: String) throws {
        let replaced = try substitution.replacing(text)
        #expect(replaced.text == result)
        #expect(replaced.masked == result)
        #expect(!replaced.isSecret)
    }

    @Test(arguments: [
        ("${UNSET}", "variable 'UNSET' is not set"),
        ("${UNSET:?say who}", "variable 'UNSET' is not set: say who"),
        ("${EMPTY:?}", "variable 'EMPTY' is not set"),
        ("${UNSET?${SET} it}", "variable 'UNSET' is not set: value it"),
        ("${UNSET:-${OTHER}}", "variable 'OTHER' is not set"), ("${", "'${' is never closed"),
        ("${SET", "'${' is never closed"), ("${A:-${B}", "'${' is never closed"),
        ("${}", "'${}' is no variable's name"), ("${1A}", "'1A' is no variable's name"),
        ("${A B}", "'A' is no variable's name"),
        ("${SET:}", "nothing known follows 'SET' in '${SET:}'"),
        ("${SET:=x}", "nothing known follows 'SET' in '${SET:=x}'"),
        ("$SET", "a variable is written with braces"), ("${file:}", "'${file:}' names no file"),
        ("${file:nowhere}", "file 'nowhere' does not exist"),
    ])
    func `what cannot be put in is a failure`(text: String, message: String) {
        let failure = #expect(throws: Substitution.Failure.self) {
            try substitution.replacing(text)
        }
        #expect(failure?.message == message)
    }

    @Test func `the content of a file is a secret`() throws {
        let whole = try substitution.replacing("${file:secret}")
        #expect(whole == Substitution.Result(text: "hunter2", masked: "***", isSecret: true))
        let part = try substitution.replacing("user:${file:${SET}}@${SET}")
        #expect(part.text == "user:hunter2@value")
        #expect(part.masked == "user:***@value")
        #expect(part.isSecret)
    }

    @Test func `a secret never shows in a message`() {
        let failure = #expect(throws: Substitution.Failure.self) {
            try substitution.replacing("${UNSET:?${file:secret}}")
        }
        #expect(failure?.message == "variable 'UNSET' is not set: ***")
        let path = #expect(throws: Substitution.Failure.self) {
            try substitution.replacing("${file:${file:secret}}")
        }
        #expect(path?.message == "file '***' does not exist")
    }

    @Test func `nesting and length have bounds`() {
        let deep = String(repeating: "${A:-", count: 100) + String(repeating: "}", count: 100)
        #expect(throws: Substitution.Failure.self) { try substitution.replacing(deep) }
        let large = Substitution(
            variable: { _ in String(repeating: "x", count: 1 << 20) },
            file: { _ in .success("") })
        #expect(throws: Substitution.Failure.self) { try large.replacing("${A}${A}") }
    }
}
