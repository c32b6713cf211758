// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import Glibc

/// Copies plugins to where nobody changes them.
///
/// A path that was opened once gives the old image for ever, and a file that is overwritten while
/// mapped crashes who runs it. So each generation opens a copy of its own, under a path of its own:
/// `<state>/staged/<service>/<generation>/lib<Name>.so`, with the libraries that it finds through
/// `$ORIGIN` beside it or below.
struct PluginStage: Sendable {
    /// The folder for all copies; absolute.
    let folder: String

    /// Checks the plugin at `path` and copies it for one generation of a service.
    ///
    /// Blocks.
    ///
    /// - Throws: Why it can't be a plugin, with nothing left behind.
    func stage(
        _ path: String, service: String, generation: Int
    ) throws(ImageError) -> StagedPlugin {
        let bytes = try FileReader.read(path)
        let elf = try ELFFile(bytes, path: path)
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
        let directory = Self.directory(of: path)
        let target = "\(folder)/\(service)/\(generation)"
        try remove(service: service, generation: generation)
        try makeFolders(target)
        do throws(ImageError) {
            var hash = ContentHash()
            hash.add(bytes)
            let copy = "\(target)/\(Self.name(of: path))"
            try write(bytes, to: copy)
            for (name, bytes) in try siblings(of: elf, in: directory) {
                hash.add(bytes)
                try makeFolders(Self.directory(of: "\(target)/\(name)"))
                try write(bytes, to: "\(target)/\(name)")
            }
            return StagedPlugin(
                original: path, path: copy, directory: directory, hash: hash.value,
                bytes: bytes.count)
        } catch {
            do throws(ImageError) {
                try remove(service: service, generation: generation)
            } catch let leftover {
                throw ImageError(error.code, "\(error.message); also, \(leftover.message)")
            }
            throw error
        }
    }

    /// Removes a generation's copies from the disk.
    ///
    /// What is mapped stays mapped.
    func remove(service: String, generation: Int) throws(ImageError) {
        try FolderRemoval.remove("\(folder)/\(service)/\(generation)")
    }

    /// Removes all copies: those of a host that was killed.
    func removeAll() throws(ImageError) {
        try FolderRemoval.remove(folder)
    }

    /// The libraries beside or below a plugin that it, or one of them, needs through `$ORIGIN`, by
    /// their paths from there.
    private func siblings(
        of plugin: ELFFile, in directory: String
    ) throws(ImageError) -> [(String, [UInt8])] {
        var found: [(String, [UInt8])] = []
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
                    found.append((relative, bytes))
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

    private func makeFolders(_ path: String) throws(ImageError) {
        var current = ""
        for part in path.split(separator: "/") {
            current += "/\(part)"
            if unsafe mkdir(current, 0o700) != 0 && errno != EEXIST {
                throw FileReader.failure("can't be made", current)
            }
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(ImageError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o500)
        guard file >= 0 else { throw FileReader.failure("can't be made", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    file, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileReader.failure("can't be written", path) }
            written += count
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
