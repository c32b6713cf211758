// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A plugin in C from the fixtures, compiled once for a test run.
public struct CPlugin: Sendable {
    /// Asks its host for something when an instance is made.
    public static let caller = CPlugin("caller")
    /// The documentation's sample.
    public static let echo = CPlugin("echo")
    /// Has state in several versions.
    public static let counter = CPlugin("counter")
    /// Says why it dies, when an instance is made.
    public static let lastWords = CPlugin("last-words")
    /// Does what plugins should not.
    public static let trouble = CPlugin("trouble")
    /// Attacks its host through what they share.
    public static let hostile = CPlugin("hostile")
    /// 300 KB, in any number of versions.
    public static let padded = CPlugin("padded")
    /// Leaves a thread and handlers behind, in any number of versions.
    public static let leftover = CPlugin("leftover")

    private struct CompilationFailed: Error {
        var words: String
    }

    private let result: Result<String, any Error>

    /// The path of the `.so`.
    public func path() throws -> String { try result.get() }

    private init(_ name: String) {
        result = Result { try Self.compile(name) }
    }

    private static func compile(_ name: String) throws -> String {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "backplane-c-plugins-\(getpid())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let library = folder.appending(path: "lib\(name).so").path
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = [
            "cc", "-shared", "-fPIC", "-fvisibility=hidden", "-I",
            root.appending(path: "Sources/CBackplane/include").path, "-o", library,
            root.appending(path: "Tests/Fixtures/c/\(name).c").path,
        ]
        let errors = Pipe()
        compiler.standardError = errors
        try compiler.run()
        let words = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw CompilationFailed(words: words) }
        return library
    }
}
