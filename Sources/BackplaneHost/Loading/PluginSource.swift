// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import Glibc

/// A plugin's bytes as they were on the disk at one moment, with those of the libraries beside it.
struct PluginSource: Sendable {
    /// One file: where it lies, from the plugin's folder on, and what is in it.
    struct File: Sendable {
        let name: String
        let bytes: [UInt8]
    }

    /// The file that people know; absolute.
    let original: String
    /// The folder that it lies in.
    let directory: String
    /// The plugin first, then the libraries that it finds through `$ORIGIN`; none for code of the
    /// embedding program.
    let files: [File]
    /// Of all bytes: for seeing a change, nothing else.
    let hash: UInt64
    /// Where the libraries lie that people know.
    let libraries: [String]
    /// What it is instead of files.
    let embedded: EmbeddedPlugin?

    /// Takes code of the embedding program, of which there is nothing to read.
    init(_ plugin: EmbeddedPlugin) {
        original = plugin.name
        directory = plugin.directory
        files = []
        // Like that of bytes, it differs from one making to the next.
        hash = plugin.number
        libraries = []
        embedded = plugin
    }

    /// Reads the plugin at `path` and checks that it can be one, without running any of it.
    ///
    /// Blocks.
    ///
    /// - Throws: Why it can't be a plugin.
    init(reading path: String) throws(ImageError) {
        let bytes = try FileReader.read(path)
        let elf = try ELFFile(bytes, path: path)
        try Self.check(elf, path)
        let directory = Self.directory(of: path)
        let files =
            [File(name: Self.name(of: path), bytes: bytes)]
            + (try Self.siblings(of: elf, in: directory))
        var hash = ContentHash()
        for file in files { hash.add(file.bytes) }
        original = path
        self.directory = directory
        self.files = files
        self.hash = hash.value
        libraries = files.dropFirst().map { "\(directory)/\($0.name)" }
        embedded = nil
    }

    /// Reads a copy again, for another generation of the same bytes.
    init(again copy: StagedPlugin) throws(ImageError) {
        let again =
            if let plugin = copy.embedded {
                PluginSource(plugin)
            } else {
                try PluginSource(reading: copy.path)
            }
        original = copy.original
        directory = copy.directory
        files = again.files
        // As it was: its libraries have other names now.
        hash = copy.hash
        libraries = copy.libraries
        embedded = again.embedded
    }

    private static func check(_ elf: ELFFile, _ path: String) throws(ImageError) {
        if elf.embedsSwiftRuntime {
            throw ImageError(
                .incompatible,
                "\(path) carries a Swift runtime of its own; two runtimes in one process don't work: "
                    + "build it without -static-stdlib")
        }
        guard elf.exports.contains("backplane_plugin") else {
            throw ImageError(
                .notAPlugin,
                "\(path) exports no symbol 'backplane_plugin'; add `@c public func backplane_plugin()` "
                    + "with `export(YourPlugin.self)` (C: see backplane/plugin.h)")
        }
    }

    /// The libraries beside or below a plugin that it, or one of them, needs through `$ORIGIN`, by
    /// their paths from there.
    private static func siblings(
        of plugin: ELFFile, in directory: String
    ) throws(ImageError) -> [File] {
        var found: [File] = []
        var names: Set<String> = []
        var open = [(elf: plugin, folders: Self.folders(of: plugin, in: []))]
        while let (elf, folders) = open.popLast() {
            for name in elf.needed where !name.contains("/") {
                for folder in folders {
                    let relative = (folder + [name]).joined(separator: "/")
                    let file = "\(directory)/\(relative)"
                    guard !names.contains(relative), unsafe access(file, F_OK) == 0 else {
                        continue
                    }
                    names.insert(relative)
                    let bytes = try FileReader.read(file)
                    let library = try ELFFile(bytes, path: file)
                    // An RPATH, unlike a RUNPATH, counts for what is needed further on too. A copy
                    // too many does no harm.
                    open.append((library, Self.folders(of: library, in: folder) + folders))
                    found.append(File(name: relative, bytes: bytes))
                }
            }
        }
        return found
    }

    /// The folders that a library which lies in `folder` looks in, from the plugin's on; those above
    /// the plugin's are not ours to copy.
    private static func folders(of elf: ELFFile, in folder: [String]) -> [[String]] {
        elf.searchPaths.compactMap { path in
            let parts = path.split(separator: "/").map(String.init).filter { $0 != "." }
            guard let first = parts.first, first == "$ORIGIN" || first == "${ORIGIN}",
                !parts.contains("..")
            else { return nil }
            return folder + parts.dropFirst()
        }
    }

    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
