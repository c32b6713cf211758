// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage
internal import Glibc

/// Copies plugins to where nobody changes them.
///
/// A path that was opened once gives the old image for ever, and a file that is overwritten while
/// mapped crashes who runs it. So each generation opens a copy of its own, under a path of its own:
/// `<state>/staged/<service>/<generation>/lib<Name>.so`, with the libraries that it finds through
/// `$ORIGIN` beside it or below, which get names of their own (`LibraryNames`).
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
        try stage(PluginSource(reading: path), service: service, generation: generation)
    }

    /// Copies a plugin that was read for one generation of a service.
    ///
    /// Blocks.
    ///
    /// - Throws: Why there is no copy, with nothing left behind.
    func stage(
        _ source: PluginSource, service: String, generation: Int
    ) throws(ImageError) -> StagedPlugin {
        if let embedded = source.embedded {
            return StagedPlugin(
                original: source.original, path: source.original, directory: source.directory,
                hash: source.hash, bytes: 0, embedded: embedded)
        }
        let target = "\(folder)/\(service)/\(generation)"
        try remove(service: service, generation: generation)
        do throws(ImageError) {
            try makeFolders(target)
            let names = LibraryNames(of: source.files, in: target)
            for file in source.files {
                let name = names.name(of: file)
                let copy = "\(target)/\(name)"
                if name.contains("/") { try makeFolders(PluginSource.directory(of: copy)) }
                try write(try names.bytes(of: file), to: copy)
            }
        } catch {
            do throws(ImageError) {
                try remove(service: service, generation: generation)
            } catch let leftover {
                throw ImageError(error.code, "\(error.message); also, \(leftover.message)")
            }
            throw error
        }
        return StagedPlugin(
            original: source.original, path: "\(target)/\(source.files[0].name)",
            directory: source.directory, hash: source.hash, bytes: source.files[0].bytes.count,
            libraries: source.libraries)
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
}
