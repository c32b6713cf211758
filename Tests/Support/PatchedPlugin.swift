// SPDX-License-Identifier: Apache-2.0

public import Foundation

/// A plugin of `Tests/Fixtures/Versions` as a build of its own: the file that was built, with the
/// texts in it replaced that tell builds apart.
public struct PatchedPlugin: Sendable {
    /// The bytes of its `.so`.
    public private(set) var bytes: Data

    /// Takes the product `name` as it was built.
    public init(_ name: String) throws {
        try self.init(at: "\(Program.products)/lib\(name).so")
    }

    /// Takes the file at `path`.
    public init(at path: String) throws {
        bytes = try Data(contentsOf: URL(filePath: path))
    }

    /// Takes bytes that may be no plugin at all.
    public init(bytes: Data) {
        self.bytes = bytes
    }

    /// The build of this number.
    public func version(_ number: Int) throws -> PatchedPlugin {
        let digits = String(number)
        return try replacing(
            "BACKPLANE-VERSION-",
            with: String(repeating: "0", count: max(0, 8 - digits.count)) + digits)
    }

    /// The build of `Breakable` that is broken in this way.
    public func broken(_ mode: String) throws -> PatchedPlugin {
        try replacing(
            "BREAKABLE-MODE-",
            with: mode.padding(toLength: 24, withPad: ".", startingAt: 0))
    }

    /// The build of `Breakable` that has a state.
    public func stateful() throws -> PatchedPlugin {
        try replacing("BREAKABLE-KEEPS-STATE-", with: "yes")
    }

    /// Puts it at `path` as linkers and editors do: whole, by a rename.
    public func install(at path: String) throws {
        try bytes.write(to: URL(filePath: path), options: .atomic)
    }

    /// Writes it over the file at `path`, as `cp` does.
    public func overwrite(_ path: String) throws {
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { file.closeFile() }
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    /// Replaces what stands behind `mark`, everywhere.
    private func replacing(_ mark: String, with text: String) throws -> PatchedPlugin {
        var patched = self
        var from = bytes.startIndex
        var count = 0
        while let place = patched.bytes.range(of: Data(mark.utf8), in: from..<bytes.endIndex) {
            let end = place.upperBound + text.utf8.count
            guard end <= bytes.endIndex else { break }
            patched.bytes.replaceSubrange(place.upperBound..<end, with: Data(text.utf8))
            from = end
            count += 1
        }
        guard count > 0 else { throw Unmarked(mark: mark) }
        return patched
    }

    /// The file holds no text of that kind.
    private struct Unmarked: Error, CustomStringConvertible {
        let mark: String

        var description: String { "the plugin holds no \(mark)" }
    }
}
