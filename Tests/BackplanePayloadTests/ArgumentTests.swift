// SPDX-License-Identifier: Apache-2.0

import BackplanePayload
import OracleSupport
import Testing

struct ArgumentTests {
    /// Reads arguments the way that a method with these parameters does.
    static func read<each T: Decodable>(
        _ payload: [UInt8], _ names: [String], _ types: repeat (each T).Type
    ) throws(PayloadError) -> (repeat each T) {
        var reader = try ArgumentReader(payload.span, names: names)
        let values = (repeat try reader.next((each types)))
        try reader.finish()
        return values
    }

    static func payload(_ hexadecimal: String) throws -> [UInt8] {
        try #require([UInt8](hexadecimal: hexadecimal))
    }

    /// Ways to say ("x", 5) to `(text, count)`.
    @Test(arguments: [
        "82617805", "9f617805ff", "a2647465787461786563 6f756e7405",
        "a265636f756e7405647465787461 78",
        "bf647465787461786563 6f756e7405ff", "bf65636f756e74057f62746562 7874ff6178ff",
        "d9d9f782617805", "826178f94500", "82c06178c105",
    ])
    func `two arguments are read`(hexadecimal: String) throws {
        let payload = try Self.payload(hexadecimal.filter { $0 != " " })
        let (text, count) = try Self.read(payload, ["text", "count"], String.self, Int.self)
        #expect(text == "x")
        #expect(count == 5)
    }

    @Test(arguments: ["05", "8105", "a1617805", "9f05ff", "bf617805ff", "c105"])
    func `one argument is read`(hexadecimal: String) throws {
        let payload = try Self.payload(hexadecimal)
        let number: Int = try Self.read(payload, ["x"], Int.self)
        #expect(number == 5)
    }

    /// Those that the short way for one argument takes, good ones and bad ones.
    @Test(arguments: [
        "8105", "81617a", "81f6", "8118", "81ff", "810500", "8105ff", "81820102", "81c105",
        "815f41ffff",
    ])
    func `one argument by position is read the same by the short way`(hexadecimal: String) throws {
        let payload = try Self.payload(hexadecimal)
        let isOne = ArgumentReader.isOne(payload.span)
        #expect(isOne)
        func outcome(_ read: () throws(PayloadError) -> Int?) -> String {
            do throws(PayloadError) {
                return "\(try read(), default: "null")"
            } catch {
                return "\(error.code): \(error.message)"
            }
        }
        let long = outcome { () throws(PayloadError) in try Self.read(payload, ["x"], Int?.self) }
        let short = outcome { () throws(PayloadError) in
            try ArgumentReader.only(Int?.self, in: payload.span, names: ["x"])
        }
        #expect(short == long)
    }

    @Test(arguments: ["", "f6", "80", "81", "820506", "9f05ff", "a1617805", "05"])
    func `what is not one argument by position does not go the short way`(
        hexadecimal: String
    ) throws {
        let payload = try Self.payload(hexadecimal)
        let isOne = ArgumentReader.isOne(payload.span)
        #expect(!isOne)
    }

    @Test(arguments: ["", "f6", "80", "a0", "9fff", "bfff", "f7"])
    func `no arguments are read`(hexadecimal: String) throws {
        let payload = try Self.payload(hexadecimal)
        try Self.read(payload, [])
        let (a, b) = try Self.read(payload, ["a", "b"], Int?.self, [Point]?.self)
        #expect(a == nil)
        #expect(b == nil)
    }

    @Test func `null is an argument of one parameter`() throws {
        let number: Int? = try Self.read([0xf6], ["x"], Int?.self)
        #expect(number == nil)
        let value: Value = try Self.read([0xf6], ["x"], Value.self)
        #expect(value == .null)
        #expect(throws: PayloadError.self) { try Self.read([0xf6], ["x"], Int.self) }
    }

    @Test func `what may be left out is nil, wherever it is`() throws {
        let names = ["a", "b", "c"]
        let middle = try CBOR.encode(["c": 3, "a": 1] as Value)
        let (a, b, c) = try Self.read(middle, names, Int.self, Int?.self, Int?.self)
        #expect((a, b ?? -1, c ?? -1) == (1, -1, 3))
        let short = try CBOR.encode([1])
        let (d, e, f) = try Self.read(short, names, Int.self, Int?.self, String??.self)
        #expect(d == 1)
        #expect(e == nil)
        #expect(f == nil)
    }

    struct Point: Codable, Equatable {
        var x: Double
        var y: Double
    }

    @Test func `values of all kinds are arguments`() throws {
        var writer = ArgumentWriter()
        try writer.append(Point(x: 1, y: 2))
        try writer.append([0.5, 1.5])
        try writer.append([Point(x: 3, y: 4)])
        try writer.append(Int?.none)
        for number in 0..<30 { try writer.append(number) }
        let payload = writer.finish()
        var reader = try ArgumentReader(payload.span, names: ["p", "values", "ps", "none"])
        #expect(try reader.next(Point.self) == Point(x: 1, y: 2))
        #expect(try reader.next([Double].self) == [0.5, 1.5])
        #expect(try reader.next([Point].self) == [Point(x: 3, y: 4)])
        #expect(try reader.next(Point?.self) == nil)
        for number in 0..<30 { #expect(try reader.next(Int.self) == number) }
        try reader.finish()
    }

    /// What is wrong, and a part of how it is said, for `(text: String, count: Int)`.
    @Test(arguments: [
        ("816178", "argument 'count' is missing; expected 2 arguments: text, count"),
        ("8361780506", "expected 2 arguments: text, count, but 3 were given"),
        ("9f61780506ff", "more than 2 were given"),
        ("820105", "argument 'text': expected a string, found an integer"),
        ("82617861 79", "argument 'count': expected an integer, found a string"),
        ("826178f93e00", "argument 'count': 1.5 is not an Int"),
        ("f6", "argument 'text' is missing"),
        ("6178", "argument 'count' is missing"),
        ("a1647465787461 78", "argument 'count' is missing"),
        ("a264746578746178 64636f6e7405", "there is no parameter 'cont'"),
        ("a364746578746178 65636f756e7405 61610 1", "there is no parameter 'a'"),
        ("a364746578746178 65636f756e7405 647465787461 78", "'text' is given twice"),
        ("a2f50005f6", "keys of maps are to be strings"),
        ("8261780500", "1 bytes follow"), ("a264746578746178 65636f756e7405 00", "1 bytes follow"),
        ("8261", "not valid CBOR"), ("9bffffffffffffffff", "not valid CBOR"), ("1c", "not valid"),
        ("a264746578", "not valid CBOR"), ("82 61ff 05", "UTF-8"),
    ])
    func `errors name the parameter`(example: (String, String)) throws {
        let payload = try Self.payload(example.0.filter { $0 != " " })
        let error = #expect(throws: PayloadError.self) {
            try Self.read(payload, ["text", "count"], String.self, Int.self)
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(example.1) == true, "\(error?.message ?? "")")
    }

    @Test func `names are told apart by their bytes`() throws {
        // The Greek question mark, which Swift holds for equal to a semicolon.
        let payload = try Self.payload("a162cdbe05")
        let error = #expect(throws: PayloadError.self) {
            try Self.read(payload, [";"], Int?.self)
        }
        #expect(error?.message.hasPrefix("there is no parameter") == true)
    }

    @Test func `methods without parameters refuse arguments`() throws {
        for hexadecimal in ["8105", "a1617805", "05"] {
            let payload = try Self.payload(hexadecimal)
            #expect(throws: PayloadError.self) { try Self.read(payload, []) }
        }
    }

    @Test func `an argument that cannot be encoded is named and leaves the rest as it was`() throws
    {
        struct Unwilling: Encodable {
            struct Reason: Error {}
            func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode("half")
                throw Reason()
            }
        }
        var writer = ArgumentWriter()
        try writer.append(1)
        let error = #expect(throws: PayloadError.self) { try writer.append(Unwilling()) }
        #expect(error?.message.hasPrefix("argument 2:") == true)
        #expect(error?.cause is Unwilling.Reason)
        try writer.append(2)
        #expect(try CBOR.decode([Int].self, from: writer.finish()) == [1, 2])
    }
}
