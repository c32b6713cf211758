// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage

/// Names for the libraries of one generation that no other generation's have.
///
/// The dynamic linker knows a library by its name: once a process has opened one, whoever needs one
/// of that name gets the same, wherever another may lie. A new build of a library beside a plugin
/// would never be used, nor would two plugins have different ones. So the copies, and all that is said
/// of them in the files of their generation, get other names of the same length.
///
/// Source: ld.so(8), System V gABI chapter 5 (`DT_NEEDED`, `DT_SONAME`).
struct LibraryNames: Sendable {
    /// The beginnings of names that everybody in a process has to share: the runtimes'.
    private static let shared = [
        "libswift", "libFoundation", "lib_", "libdispatch", "libBlocksRuntime", "libc.", "libm.",
        "libdl.", "librt.", "libpthread.", "libutil.", "libresolv.", "libstdc++", "libc++",
        "libgcc_s", "libatomic", "ld-linux",
    ]
    /// So many characters tell one name from another.
    private static let digits = 12

    private let names: [String: String]

    /// - Parameters:
    ///   - files: The plugin, then its libraries.
    ///   - folder: Where the copies go: no other generation's do.
    init(of files: [PluginSource.File], in folder: String) {
        var names: [String: String] = [:]
        for file in files.dropFirst() {
            let name = PluginSource.name(of: file.name)
            guard !Self.shared.contains(where: { name.hasPrefix($0) }) else { continue }
            names[name] = Self.name(like: name, in: folder)
        }
        self.names = names
    }

    /// Where the copy of a file goes, from the folder of the copies on.
    func name(of file: PluginSource.File) -> String {
        let last = PluginSource.name(of: file.name)
        guard let own = names[last] else { return file.name }
        return file.name.dropLast(last.count) + own
    }

    /// The bytes of a file, with the new names in them.
    func bytes(of file: PluginSource.File) throws(ImageError) -> [UInt8] {
        guard !names.isEmpty else { return file.bytes }
        var bytes = file.bytes
        for place in try ELFFile(bytes, path: file.name).libraryNames {
            guard let own = names[place.name] else { continue }
            let end = place.offset + own.utf8.count
            guard bytes.indices.contains(place.offset), end <= bytes.count else { continue }
            bytes.replaceSubrange(place.offset..<end, with: own.utf8)
        }
        return bytes
    }

    /// A name as long as `name`, with the same end if there is room for it.
    private static func name(like name: String, in folder: String) -> String {
        var hash = ContentHash()
        hash.add(Array("\(folder)/\(name)".utf8))
        let text = String(hash.value, radix: 36)
        let own = (String(repeating: "0", count: digits) + text).suffix(digits)
        let bytes = Array(name.utf8)
        return String(
            decoding: own.utf8.suffix(bytes.count) + bytes.dropFirst(digits), as: UTF8.self)
    }
}
