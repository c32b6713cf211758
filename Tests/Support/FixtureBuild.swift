// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Synchronization

/// Builds the plugins of `Tests/Fixtures/broken`, each once.
public final class FixtureBuild: Sendable {
    /// The one of this process.
    public static let shared = FixtureBuild()

    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "backplane-fixtures-\(UUID().uuidString)")
    private let built = Mutex<[String: Result<String, any Error>]>([:])

    /// The path of a plugin.
    ///
    /// - Throws: What the compiler said.
    public func path(_ name: String) throws -> String {
        try built.withLock { built in
            if let known = built[name] { return try known.get() }
            let result = Result { try build(name) }
            built[name] = result
            return try result.get()
        }
    }

    /// The bytes of a plugin.
    public func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    private func build(_ name: String) throws -> String {
        let script = Oracle.root.appending(path: "Tests/Fixtures/broken/build.sh").path
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["bash", script, folder.path, name]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw FixtureFailure(name: name) }
        return folder.appending(path: "lib\(name).so").path
    }
}

/// A fixture that does not build.
public struct FixtureFailure: Error, CustomStringConvertible {
    let name: String

    /// What to do about it.
    public var description: String {
        "Tests/Fixtures/broken/build.sh could not build '\(name)'; it needs clang and swiftc"
    }
}
