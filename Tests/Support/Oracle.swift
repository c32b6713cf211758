// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A Python script in `Tests/Oracles` that says what is right.
///
/// The interpreter is the one that `BACKPLANE_PYTHON` names, else that of `.build/oracles`. A test
/// whose oracle is missing fails: it never passes unseen.
public struct Oracle: Sendable {
    /// The script's path.
    public let script: String

    /// Names a script by its file name.
    public init(_ name: String) {
        script = Oracle.root.appending(path: "Tests/Oracles/\(name)").path
    }

    /// The root of the package.
    public static var root: URL {
        URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    /// The interpreter's path.
    public static var python: String {
        ProcessInfo.processInfo.environment["BACKPLANE_PYTHON"]
            ?? root.appending(path: ".build/oracles/bin/python3").path
    }

    /// Runs the script to its end.
    ///
    /// - Parameters:
    ///   - arguments: What it is to do.
    ///   - input: What it reads from its standard input.
    /// - Returns: What it wrote to its standard output.
    /// - Throws: ``OracleFailure`` if there is no interpreter, or if the script fails.
    public func run(_ arguments: [String] = [], input: Data = Data()) throws -> Data {
        guard FileManager.default.isExecutableFile(atPath: Oracle.python) else {
            throw OracleFailure("there is no Python at \(Oracle.python)")
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do {
                try FileManager.default.removeItem(at: folder)
            } catch {
                print("oracle: \(error)")
            }
        }
        // Files instead of pipes: nobody has to read and write at the same time.
        let (source, output, errors) = (
            folder.appending(path: "in"), folder.appending(path: "out"),
            folder.appending(path: "err")
        )
        try input.write(to: source)
        try Data().write(to: output)
        try Data().write(to: errors)

        let process = Process()
        process.executableURL = URL(filePath: Oracle.python)
        process.arguments = [script] + arguments
        process.standardInput = try FileHandle(forReadingFrom: source)
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let said = String(decoding: try Data(contentsOf: errors), as: UTF8.self)
            throw OracleFailure("\(script) failed:\n\(said)")
        }
        return try Data(contentsOf: output)
    }
}
