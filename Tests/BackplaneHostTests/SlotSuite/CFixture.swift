// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Builds the plugins in C that tests mount, once per run of the tests.
enum CFixture {
    /// Why a fixture can't be had; fails the test.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Compiles `Tests/Fixtures/c/<source>.c` and gives the path of the plugin.
    static func build(_ source: String, into folder: String) throws -> String {
        let output = "\(folder)/lib\(source).so"
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "cc", "-std=gnu11", "-Wall", "-Werror", "-fPIC", "-shared", "-Wl,-Bsymbolic",
            "-I\(repository.path)/Sources/CBackplane/include",
            "\(repository.path)/Tests/Fixtures/c/\(source).c", "-o", output, "-lpthread",
        ]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "cc could not build \(source).c; a C compiler is needed")
        }
        return output
    }
}
