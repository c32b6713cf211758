// SPDX-License-Identifier: Apache-2.0

import BackplaneJSON
import BackplanePayload
import OracleSupport
import Testing

struct JSONPrintingTests {
    static let values: [(Value, String)] = [
        (nil, "null"), (true, "true"), (-5, "-5"), (.unsigned(.max), "18446744073709551615"),
        (1.0, "1.0"), (0.1, "0.1"), (1e16, "1e+16"), (.double(-0.0), "-0.0"),
        ("a\"\\/\n\r\t\u{1}\u{7f}ü", #""a\"\\/\n\r\t\u0001\u007fü""#),
        (.bytes([]), "\"\""), (.bytes([0xfb]), "\"-w\""), (.bytes([0xfb, 0xff]), "\"-_8\""),
        (.bytes([0xfb, 0xff, 0xfe]), "\"-__-\""), ([], "[]"), ([1, [], [2]], "[1,[],[2]]"),
        ([:], "{}"), (["bb": 1, "a": [:], "c": nil], #"{"a":{},"c":null,"bb":1}"#),
    ]

    @Test(arguments: values)
    func `values are written`(example: (Value, String)) throws {
        #expect(try JSON.print(example.0) == example.1)
    }

    @Test func `no bytes at all mean null`() throws {
        #expect(try JSON.text(from: [UInt8]()) == "null")
    }

    @Test func `pretty text is indented`() throws {
        let value: Value = ["a": [1, 2], "b": [:], "c": ["d": []]]
        let expected = """
            {
              "a": [
                1,
                2
              ],
              "b": {},
              "c": {
                "d": []
              }
            }
            """
        #expect(try JSON.print(value, pretty: true) == expected)
    }

    @Test(arguments: [Double.infinity, -.infinity, .nan])
    func `a number that is not finite is an error that says so`(number: Double) throws {
        for payload in [try CBOR.encode(number), try CBOR.encode([1, number])] {
            let error = #expect(throws: JSONError.self) { try JSON.text(from: payload) }
            #expect(error?.code == .notRepresentable)
            #expect(error?.message.contains("\(number)") == true)
        }
    }

    @Test func `objects keep the order of their text`() throws {
        let text = #"{"z":1,"a":{"y":[],"x":2},"mm":3}"#
        #expect(try JSON.text(from: JSON.payload(from: text)) == text)
    }

    @Test func `typed arrays are arrays of numbers`() throws {
        #expect(try JSON.text(from: CBOR.encode([1.5, -2])) == "[1.5,-2.0]")
        #expect(try JSON.text(from: CBOR.encode([UInt16.max, 0])) == "[65535,0]")
        #expect(try JSON.text(from: CBOR.encode([Int8.min])) == "[-128]")
        #expect(try JSON.text(from: CBOR.encode([UInt64.max])) == "[18446744073709551615]")
    }

    @Test(arguments: [
        "ff", "18", "6161ff", "61ff", "a2616100616101", "f0", "81", "1c", "a1f500",
    ])
    func `what is not a payload is refused`(hexadecimal: String) throws {
        let payload = try #require([UInt8](hexadecimal: hexadecimal))
        let error = #expect(throws: JSONError.self) { try JSON.text(from: payload) }
        #expect(error?.code == .payload)
    }

    @Test func `mutated payloads are written or refused`() throws {
        var random = SeededGenerator(seed: 15)
        var generator = ValueGenerator(seed: 16)
        for _ in 0..<5000 {
            var payload = try CBOR.encode(generator.next())
            let place = Int.random(in: 0..<payload.count, using: &random)
            payload[place] = UInt8.random(in: 0...255, using: &random)
            do throws(JSONError) {
                let text = try JSON.text(from: payload)
                _ = try JSON.parse(text)
            } catch {
                #expect([.payload, .notRepresentable, .tooDeep].contains(error.code))
            }
        }
    }
}
