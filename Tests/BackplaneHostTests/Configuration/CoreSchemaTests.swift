// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import BackplaneHost

/// The expectations are read off the table in YAML 1.2.2, section 10.3.2.
struct CoreSchemaTests {
    @Test(arguments: ["", "~", "null", "Null", "NULL"])
    func `null is written in five ways`(text: String) {
        #expect(CoreSchema.resolve(text) == .null)
    }

    @Test(arguments: [
        ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false),
        ("FALSE", false),
    ])
    func `a truth value is written in three ways`(text: String, value: Bool) {
        #expect(CoreSchema.resolve(text) == .bool(value))
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("+12", 12), ("-19", -19), ("007", 7), ("0o17", 15), ("0o0", 0),
            ("0x1F", 31), ("0xff", 255), ("9223372036854775807", .max),
            ("-9223372036854775808", .min),
        ] as [(String, Int64)])
    func `a whole number is decimal, octal or hexadecimal`(text: String, value: Int64) {
        #expect(CoreSchema.resolve(text) == .int(value))
    }

    @Test func `a whole number may be as large as 64 bits hold`() {
        #expect(CoreSchema.resolve("9223372036854775808") == .unsigned(1 << 63))
        #expect(CoreSchema.resolve("18446744073709551615") == .unsigned(.max))
        #expect(CoreSchema.resolve("0xFFFFFFFFFFFFFFFF") == .unsigned(.max))
    }

    @Test(arguments: [
        "18446744073709551616", "-9223372036854775809", "0x10000000000000000", "1e400", "-1e999",
    ])
    func `a number that nothing holds is out of range`(text: String) {
        #expect(CoreSchema.resolve(text) == .outOfRange)
    }

    @Test(arguments: [
        ("1.5", 1.5), ("-1.5", -1.5), ("+1.5", 1.5), ("1.", 1), (".5", 0.5), ("-.5", -0.5),
        ("0.", 0), ("12e03", 12000), ("-2E+05", -200_000), ("1e-2", 0.01), ("1.e1", 10),
        (".inf", .infinity), ("-.Inf", -.infinity), ("+.INF", .infinity), ("0.1", 0.1),
        ("1.7976931348623157e308", .greatestFiniteMagnitude), ("1e-400", 0),
    ])
    func `a number with a point or an exponent is a floating one`(text: String, value: Double) {
        #expect(CoreSchema.resolve(text) == .double(value))
    }

    @Test(arguments: [".nan", ".NaN", ".NAN"])
    func `not a number is written in three ways`(text: String) throws {
        guard case .double(let value) = CoreSchema.resolve(text) else {
            Issue.record("\(text) is no floating number")
            return
        }
        #expect(value.isNaN)
    }

    @Test(arguments: [
        "no", "yes", "on", "off", "y", "n", "No", "ON", "nULL", "tRUE", "truE", "0b11", "0o18",
        "0x", "0o", "0xG", "-0x1F", "+0o7", "1_000", "1,5", "1e", "1e+", ".", "..", "+", "-", "--1",
        "+-1", "1.2.3", "12:30:45", ".INf", ".Nan", "+.nan", "-.nan", "inf", "nan", "Infinity",
        "0X1F", "1.5f", " 1", "٣", "1٣", "2001-01-01", "=", "<<", "hello",
    ])
    func `everything else is a text`(text: String) {
        #expect(CoreSchema.resolve(text) == .string(text))
    }

    @Test func `a tag decides over the type`() {
        #expect(CoreSchema.resolve("5", as: .string) == .string("5"))
        #expect(CoreSchema.resolve("5", as: .none) == .string("5"))
        #expect(CoreSchema.resolve("5", as: .float) == .double(5))
        #expect(CoreSchema.resolve("5", as: .int) == .int(5))
        #expect(CoreSchema.resolve("true", as: .bool) == .bool(true))
        #expect(CoreSchema.resolve("", as: .null) == .null)
        #expect(CoreSchema.resolve("five", as: .int) == nil)
        #expect(CoreSchema.resolve("1.5", as: .int) == nil)
        #expect(CoreSchema.resolve("yes", as: .bool) == nil)
    }
}
