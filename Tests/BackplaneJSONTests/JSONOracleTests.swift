// SPDX-License-Identifier: Apache-2.0

import BackplaneJSON
import BackplanePayload
import Foundation
import OracleSupport
import Testing

struct JSONOracleTests {
    static let oracle = Oracle("json_text.py")

    @Test(arguments: [false, true])
    func `another implementation reads what is written`(pretty: Bool) throws {
        var generator = ValueGenerator(seed: 11, json: true)
        var lines = ""
        for _ in 0..<1000 {
            let value = generator.next()
            let text = try JSON.print(value, pretty: pretty)
            lines += "\(Array(text.utf8).hexadecimal) \(value.spelling)\n"
        }
        let answer = try Self.oracle.run(["check"], input: Data(lines.utf8))
        #expect(String(decoding: answer, as: UTF8.self) == "1000\n")
    }

    @Test func `what another implementation writes is read as it was meant`() throws {
        let answer = try Self.oracle.run(["make", "12", "1000"])
        var count = 0
        for line in String(decoding: answer, as: UTF8.self).split(separator: "\n") {
            let parts = line.split(separator: " ")
            let text = try #require([UInt8](hexadecimal: parts[0]))
            try #require(try JSON.parse(text).spelling == parts[1])
            count += 1
        }
        #expect(count == 1000)
    }
}
