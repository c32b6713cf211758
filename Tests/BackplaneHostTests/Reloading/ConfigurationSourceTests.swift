// SPDX-License-Identifier: Apache-2.0

import OracleSupport
import Testing

@testable import BackplaneHost

struct ConfigurationSourceTests {
    private let folder = TemporaryFolder()

    private func read(_ text: String) throws -> ConfigurationSource.Reading {
        _ = try folder.file("services.yaml", Array(text.utf8))
        return ConfigurationSource(file: folder.path("services.yaml")).read()
    }

    @Test func `all files that a configuration depends on are known, missing ones too`() throws {
        _ = try folder.file("secret", Array("s".utf8))
        let reading = try read(
            """
            version: 1
            services:
              a: { plugin: A, config: ["${file:secret}", "${file:absent}"] }
            """)
        #expect(
            reading.files
                == Set(["services.yaml", ".env", "secret", "absent"].map { folder.path($0) }))
        #expect(throws: ConfigurationErrors.self) { try reading.result.get() }
    }

    @Test func `errors fit in a line, each with its place`() throws {
        let reading = try read("version: 2\nservices: { a: {} }\n")
        let errors = #expect(throws: ConfigurationErrors.self) { try reading.result.get() }
        #expect(
            errors?.line == "services.yaml:1:10: unknown version 2; "
                + "services.yaml:2:13: service 'a' names no plugin")
    }

    @Test func `a file that is gone is an error`() throws {
        let reading = ConfigurationSource(file: folder.path("none.yaml")).read()
        let errors = #expect(throws: ConfigurationErrors.self) { try reading.result.get() }
        #expect(errors?.line.hasPrefix("none.yaml: the configuration file ") == true)
        #expect(reading.files == [folder.path("none.yaml")])
    }
}
