// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A program in a process of its own; gone with this object.
public final class Program {
    /// What came of it.
    public struct End: Sendable {
        /// Its exit code.
        public let code: Int32
        /// What it wrote to standard output.
        public let output: String
        /// What it wrote to standard error.
        public let error: String
    }

    /// Where the build has put everything: the folder of this test bundle.
    public static let products: String = {
        let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }
        return (bundle?.bundleURL ?? Bundle.main.bundleURL.appending(path: "x"))
            .deletingLastPathComponent().path
    }()

    private let process = Process()
    private let streams = TemporaryFolder()

    /// Starts `backplane`, or the program at `path`.
    public init(
        _ arguments: [String], of path: String = "\(Program.products)/backplane",
        in folder: String, input: String = "", environment: [String: String] = [:]
    ) throws {
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        var variables = ProcessInfo.processInfo.environment
        variables["BACKPLANE_SOCKET"] = nil
        variables["SWIFT_BACKTRACE"] = "enable=no"
        process.environment = variables.merging(environment) { $1 }
        // Files instead of pipes: nobody has to read while it writes.
        process.standardInput = try FileHandle(
            forReadingFrom: URL(filePath: streams.file("input", Array(input.utf8))))
        process.standardOutput = try FileHandle(
            forWritingTo: URL(filePath: streams.file("output", [])))
        process.standardError = try FileHandle(
            forWritingTo: URL(filePath: streams.file("error", [])))
        try process.run()
    }

    deinit {
        if process.isRunning { signal(SIGKILL) }
        process.waitUntilExit()
    }

    /// Its number.
    public var pid: pid_t { process.processIdentifier }

    /// What it has written so far.
    public var output: String { text("output") }

    /// What it has written so far, as it is.
    public var bytes: [UInt8] {
        FileManager.default.contents(atPath: streams.path("output")).map { [UInt8]($0) } ?? []
    }

    /// What it has said so far.
    public var error: String { text("error") }

    /// Sends it a signal.
    public func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end.
    public func end(within limit: Duration = .seconds(60)) throws -> End {
        try Deadline.wait("the end of \(process.arguments ?? [])", within: limit) {
            !process.isRunning
        }
        return End(code: process.terminationStatus, output: output, error: error)
    }

    private func text(_ name: String) -> String {
        String(
            decoding: FileManager.default.contents(atPath: streams.path(name)) ?? Data(),
            as: UTF8.self)
    }
}
