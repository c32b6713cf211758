// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

struct YAMLTreeTests {
    /// The `config` of the one service of a file in which it stands last.
    private func config(_ yaml: String, anchors: String = "") throws -> ConfigurationValue {
        let head = "version: 1\n\(anchors)services:\n  a:\n    plugin: A\n    config:"
        return try ConfigurationText(head + yaml).service().configuration
    }

    @Test(
        arguments: [
            (" 1", 1), (" one", "one"), (" \"1\"", "1"), (" '1'", "1"), (" |\n      1\n", "1\n"),
            (" >-\n      a\n      b\n", "a b"), (" [1, a, ~]", [1, "a", nil]),
            ("\n    - 1\n    - [2]\n", [1, [2]]), (" {a: 1, b: {c: 2}}", ["a": 1, "b": ["c": 2]]),
            ("\n      no: on\n      1: 2\n", ["no": "on", "1": 2]), ("", nil), (" \"\"", ""),
            (" {}", [:]), (" []", []), (" !!str 1", "1"), (" ! 1", "1"), (" !!float 1", 1.0),
            (" !!int \"1\"", 1), (" !!seq [1]", [1]), (" !!map {a: 1}", ["a": 1]),
            (" {x-a: 1}", ["x-a": 1]), (" \"a\\tb\\u00e9\\0\"", "a\tbé\0"), (" # none", nil),
            (" 18446744073709551615", .unsigned(.max)), (" 0.5", 0.5),
            (" .inf", .double(.infinity)),
        ] as [(String, ConfigurationValue)])
    func `values of all kinds come through`(yaml: String, value: ConfigurationValue) throws {
        #expect(try config(yaml) == value)
    }

    @Test func `an alias stands for its anchor`() throws {
        let anchors = "x-a: &a {b: [1, 2]}\nx-c: &c three\n"
        let value = try config(" {first: *a, second: *a, third: *c}", anchors: anchors)
        #expect(value == ["first": ["b": [1, 2]], "second": ["b": [1, 2]], "third": "three"])
    }

    @Test func `an alias may stand for a key`() throws {
        #expect(try config(" {*c : 1}", anchors: "x-c: &c key\n") == ["key": 1])
    }

    @Test func `the latest anchor of a name counts`() throws {
        #expect(try config(" [&a 1, *a, &a 2, *a]") == [1, 1, 2, 2])
    }

    @Test(
        arguments: [
            (" {<<: *a, z: 9}", ["x": 1, "y": 2, "z": 9]), (" {x: 9, <<: *a}", ["x": 9, "y": 2]),
            (" {<<: [*a, *b]}", ["x": 1, "y": 2, "w": 4]),
            (" {<<: [*b, *a]}", ["x": 3, "y": 2, "w": 4]),
            (" {<<: {x: 5}}", ["x": 5]), (" {<<: []}", [:]), (" {\"<<\": 1}", ["<<": 1]),
            (" {<<: *c}", ["x": 1, "y": 7]), (" << ", "<<"),
        ] as [(String, ConfigurationValue)])
    func `a merge adds what is not there yet`(yaml: String, value: ConfigurationValue) throws {
        let anchors = "x-a: &a {x: 1, y: 2}\nx-b: &b {x: 3, w: 4}\nx-c: &c {<<: *a, y: 7}\n"
        #expect(try config(yaml, anchors: anchors) == value)
    }

    @Test(arguments: [
        (" *a", "6:13 unknown alias '*a' | there is no anchor above"),
        (
            " [&abc 1, *abd]",
            "6:22 unknown alias '*abd' | expected one of: abc | did you mean 'abc'?"
        ),
        (" &a [*a]", "6:17 '*a' stands for a value that it is part of"),
        (" &a {b: *a}", "6:20 '*a' stands for a value that it is part of"),
        (" {<<: 1}", "6:18 '<<' takes a map or a list of maps"),
        (" {<<: [1]}", "6:19 '<<' takes a map or a list of maps"),
        (" {a: 1, a: 2}", "6:20 duplicate key 'a' | it is first set in line 6"),
        (" {1: 1, \"1\": 2}", "6:20 duplicate key '1' | it is first set in line 6"),
        (" {[a]: 1}", "6:14 a key is one value, not a list or a map"),
        (" !odd 1", "6:13 tag '!odd' means nothing here"),
        (" !!int one", "6:13 'one' does not fit its tag"),
        (" !!seq {a: 1}", "6:13 tag 'tag:yaml.org,2002:seq' means nothing here"),
        (" !!set {a: 1}", "6:13 tag 'tag:yaml.org,2002:set' means nothing here"),
        (" 1\n---\n2", "7:1 there is a second document in the file"),
        (
            " 1e999",
            "6:13 the number '1e999' is out of range | put it in quotes to keep it as a text"
        ),
    ])
    func `what means nothing is an error`(yaml: String, complaint: String) {
        let head = "version: 1\nservices:\n  a:\n    plugin: A\n    slot: async\n    config:"
        #expect(ConfigurationText(head + yaml).complaints() == [complaint])
    }

    @Test(arguments: [
        ("a: [1\nb: 2", "2:2 did not find expected ',' or ']' while parsing a flow sequence"),
        ("a: 'b", "1:6 found unexpected end of stream while scanning a quoted scalar"),
        ("a: b: c", "1:5 mapping values are not allowed in this context"),
        ("a: \u{7}", "1:4 control characters are not allowed"),
        ("ü: \"é\u{7}\"", "1:6 control characters are not allowed"),
        ("a:\n\tb: 1", "2:1 found character that cannot start any token"),
        ("a: {x: ${V}}", "1:9 did not find expected ',' or '}' while parsing a flow mapping"),
        ("%YAML 3.0\n---\na", "1:1 found incompatible YAML document"),
    ])
    func `what is no YAML is told with its place`(yaml: String, complaint: String) throws {
        let complaints = ConfigurationText(yaml).complaints()
        #expect(complaints.count == 1)
        #expect(try #require(complaints.first).hasPrefix(complaint))
    }

    @Test func `aliases that stand for too much are refused at once`() {
        var text = "version: 1\nx-0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
        for level in 1...40 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "x-\(level): &a\(level) [\(aliases)]\n"
        }
        let complaints = ConfigurationText(text + "services: {a: {plugin: A, config: *a40}}\n")
            .complaints()
        #expect(complaints.count == 1)
        #expect(complaints.first?.hasSuffix("the aliases of this file stand for too much") == true)
    }

    @Test func `merges that stand for too much are refused at once`() {
        let keys = (0..<2000).map { "k\($0): 1" }.joined(separator: ", ")
        let merges = (0..<2000).map { "x-\($0): {<<: *a}\n" }.joined()
        let text = "version: 1\nx-a: &a {\(keys)}\n\(merges)services: {}\n"
        #expect(ConfigurationText(text).complaints().count == 1)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "[{"])
    func `values that are nested too deep are refused at once`(opening: String) {
        let text = String(repeating: opening, count: 100_000)
        #expect(ConfigurationText("x: \n " + text).complaints().count == 1)
    }

    @Test func `a byte order mark and other line ends are understood`() throws {
        let text = "\u{FEFF}version: 1\r\nservices:\r\n  a:\r\n    plugin: A\r\n    slot: b\r\n"
        let complaints = ConfigurationText(text).complaints()
        #expect(complaints.count == 1)
        #expect(try #require(complaints.first).hasPrefix("5:11 unknown slot 'b'"))
    }

    @Test func `text that is not UTF-8 is told with its place`() {
        let bytes = Array("version: 1\nü: ".utf8) + [0xFF, 0x0A]
        let error = #expect(throws: ConfigurationErrors.self) {
            try ConfigurationText("").host(bytes)
        }
        #expect(
            error?.description == """
                services.yaml:2:4: error: the file is not UTF-8
                     help: save it in that encoding
                1 error
                """)
    }
}
