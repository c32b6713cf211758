// SPDX-License-Identifier: Apache-2.0

import BackplaneJSON
import BackplanePayload
import OracleSupport
import Testing

struct JSONParsingTests {
    static let texts: [(String, Value)] = [
        ("null", nil), (" true\n", true), ("false", false), ("0", 0), ("-0", 0),
        ("-0.0", .double(-0.0)),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .unsigned(1 << 63)), ("18446744073709551615", .unsigned(.max)),
        ("1.0", 1.0), ("1e2", 100.0), ("1E+2", 100.0), ("12.5e-1", 1.25), ("1e-400", 0.0),
        ("1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
        ("0.1000000000000000055511151231257827", 0.1),
        (#""""#, ""), (#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{c}\n\r\tz"),
        (#""\u00fc\u6C34\ud800\udd51\u0000""#, "ü水\u{10151}\u{0}"), (#""\u007f""#, "\u{7f}"),
        ("[]", []), ("[ ]", []), ("[1, [2 ,3],[ [ ] ]]", [1, [2, 3], [[]]]), ("{}", [:]),
        (#"{"a":1,"b":{"c":null}}"#, ["a": 1, "b": ["c": nil]]), (#"{"":""}"#, ["": ""]),
        ("\u{feff}[1]", [1]), ("\"\u{1F600}\u{7f}\"", "\u{1F600}\u{7f}"),
    ]

    static let errors: [(String, Int, Int, String)] = [
        ("", 1, 1, "no value"), ("  \n ", 2, 2, "no value"), ("tru", 1, 1, "expected true"),
        ("nul", 1, 1, "expected null"), ("True", 1, 1, "expected a value"),
        ("01", 1, 1, "superfluous 0"), ("-01", 1, 1, "superfluous 0"), ("-", 1, 2, "digit"),
        ("+1", 1, 1, "expected a value"), ("1.", 1, 3, "digit"), (".5", 1, 1, "expected a value"),
        ("1e", 1, 3, "exponent"), ("1e+", 1, 4, "exponent"), ("1 2", 1, 3, "follows"),
        ("[1,]", 1, 4, "expected a value"), ("[1 2]", 1, 4, "','"), ("[1", 1, 3, "','"),
        ("[", 1, 2, "ends"), ("]", 1, 1, "expected a value"), ("{\"a\"}", 1, 5, "':'"),
        ("{a:1}", 1, 2, "quotes"), ("{\"a\":1,}", 1, 8, "quotes"), ("{\"a\":1", 1, 7, "','"),
        ("{\n  \"a\": 1,\n  \"a\": 2\n}", 3, 3, "twice"), ("\"abc", 1, 1, "no end"),
        ("\"a\\n", 1, 1, "no end"), ("\"a\tb\"", 1, 3, "control"), ("\"a\\n\nb\"", 1, 5, "control"),
        (#""\x""#, 1, 2, "escape"), (#""\u12g4""#, 1, 2, "hexadecimal"), (#""\u12"#, 1, 2, "hexa"),
        (#""\ud800""#, 1, 2, "surrogate"), (#""\udc00""#, 1, 2, "surrogate"),
        (#""\ud800\u0041""#, 1, 2, "surrogate"), (#""\ud800x""#, 1, 2, "surrogate"),
        ("18446744073709551616", 1, 1, "64 bits"), ("-9223372036854775809", 1, 1, "64 bits"),
        ("[1e400]", 1, 2, "too large"), ("[-1e400]", 1, 2, "too large"), ("NaN", 1, 1, "a value"),
        ("[\"ü\", x]", 1, 7, "a value"), ("// no", 1, 1, "a value"), ("'a'", 1, 1, "a value"),
    ]

    @Test(arguments: texts)
    func `text is read`(example: (String, Value)) throws {
        #expect(try JSON.parse(example.0).spelling == example.1.spelling)
    }

    @Test(arguments: errors)
    func `errors say where and why`(example: (String, Int, Int, String)) throws {
        let error = #expect(throws: JSONError.self) { try JSON.parse(example.0) }
        #expect(error?.position?.line == example.1)
        #expect(error?.position?.column == example.2)
        #expect(error?.message.contains(example.3) == true)
        #expect(error?.message.contains("line \(example.1), column \(example.2)") == true)
    }

    @Test(arguments: [
        [0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0xff], [0x22, 0xed, 0xa0, 0x80, 0x22],
    ])
    func `what is not UTF-8 is refused`(text: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON.payload(from: text) }
    }

    @Test(arguments: ["[", "{\"a\":"])
    func `nesting of 10,000 levels is refused`(level: String) {
        let text = String(repeating: level, count: 10_000)
        let error = #expect(throws: JSONError.self) { try JSON.payload(from: text) }
        #expect(error?.code == .tooDeep)
    }

    @Test func `keys are told apart by their bytes`() throws {
        let text = "{\";\":1,\"\u{37e}\":2}"
        #expect(try JSON.text(from: JSON.payload(from: text)) == text)
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.message.contains("two spellings") == true)
    }

    @Test func `a number of a million digits is read`() throws {
        let digits = String(repeating: "3", count: 1_000_000)
        #expect(try JSON.parse("0.\(digits)") == .double(1.0 / 3))
        #expect(try JSON.parse("\(digits)e-1000000").double?.rounded() == 0)
        #expect(throws: JSONError.self) { try JSON.parse(digits) }
        #expect(throws: JSONError.self) { try JSON.parse("\(digits).5") }
    }

    @Test func `as deep as payloads may be is read`() throws {
        let depth = CBOR.maximumDepth
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try JSON.text(from: try JSON.payload(from: text)) == text)
        #expect(try JSON.print(try JSON.parse(text)) == text)
    }

    @Test func `mutated text is read or refused`() throws {
        var random = SeededGenerator(seed: 13)
        var generator = ValueGenerator(seed: 14, json: true)
        let seeds = try (0..<30).map { _ in Array(try JSON.print(generator.next()).utf8) }
        var read = 0
        for round in 0..<10_000 {
            var text = seeds[round % seeds.count]
            for _ in 0...Int.random(in: 0..<3, using: &random) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text.remove(at: place)
                case 1: text[place] = UInt8.random(in: 0...255, using: &random)
                case 2:
                    text.insert(
                        contentsOf: Array("[{\"\\u-1e:,".utf8).shuffled(using: &random), at: place)
                default: text.removeSubrange(place...)
                }
            }
            do throws(JSONError) {
                let payload = try JSON.payload(from: text)
                let again = try JSON.payload(from: JSON.text(from: payload))
                #expect(again == payload)
                read += 1
            } catch {
                #expect(error.position != nil)
            }
        }
        #expect(read > 100)
    }
}
