// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The program as it was built, run in a process of its own.
enum BuiltProgram {
    /// What came of a run.
    struct End: Sendable {
        let code: Int32
        let output: String
        let error: String
    }

    /// Where the build has put everything: the folder of this test bundle.
    static let folder: String = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        return (bundle?.bundleURL ?? Bundle.main.bundleURL.appending(path: "x"))
            .deletingLastPathComponent().path
    }()

    /// The top folder of the sources.
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// A process that is ready to run `backplane`.
    static func process(_ arguments: [String], in directory: String) -> Process {
        process("\(folder)/backplane", arguments, in: directory)
    }

    /// Runs `backplane` to its end.
    static func run(_ arguments: String..., in directory: String) throws -> End {
        try end(of: process(arguments, in: directory))
    }

    /// Runs a tool of the system to its end.
    static func tool(_ arguments: String..., in directory: String) throws -> End {
        try end(of: process("/usr/bin/env", arguments, in: directory))
    }

    private static func process(
        _ path: String, _ arguments: [String], in directory: String
    ) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: directory)
        var environment = ProcessInfo.processInfo.environment
        environment["BACKPLANE_SOCKET"] = nil
        environment["SWIFT_BACKTRACE"] = "enable=no"
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    /// Runs a process to its end.
    static func end(of process: Process) throws -> End {
        let streams = try StreamFiles()
        process.standardOutput = streams.output
        process.standardError = streams.error
        try process.run()
        process.waitUntilExit()
        return End(
            code: process.terminationStatus, output: try streams.outputText,
            error: try streams.errorText)
    }
}
