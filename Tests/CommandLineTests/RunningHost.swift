// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport

/// A host in a process of its own, with a configuration in a folder of its own.
final class RunningHost {
    struct NeverReady: Error {
        let output: String
        let error: String
    }

    let folder: TemporaryFolder
    private let process: Process
    private let output = Pipe()
    private let streams: StreamFiles
    /// What it has said until it was ready.
    private(set) var lines: [String] = []

    /// Starts a host, and waits until it says how many services are ready.
    init(_ services: String, folder: TemporaryFolder = TemporaryFolder()) throws {
        self.folder = folder
        let text = """
            version: 1
            host: { plugins: [\(BuiltProgram.folder)], reload: false }
            services:
            \(services)
            """
        _ = try folder.file("services.yaml", Array(text.utf8))
        process = BuiltProgram.process(["run"], in: folder.path)
        streams = try StreamFiles()
        process.standardOutput = output
        process.standardError = streams.error
        try process.run()
        try waitUntilReady()
    }

    deinit {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }

    /// What it has logged.
    var log: String {
        get throws { try streams.errorText }
    }

    /// Runs a verb against it.
    func run(_ arguments: String...) throws -> BuiltProgram.End {
        try BuiltProgram.end(of: BuiltProgram.process(arguments, in: folder.path))
    }

    /// Sends it a signal.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for its end, and gives its exit code.
    func end() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Reads what it says, up to the line that ends its start.
    private func waitUntilReady() throws {
        var text = ""
        while !lines.contains(where: { $0.hasPrefix("ready: ") }) {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else {
                throw NeverReady(output: text, error: try streams.errorText)
            }
            text += String(decoding: data, as: UTF8.self)
            lines = text.split(separator: "\n").map(String.init)
        }
    }
}
