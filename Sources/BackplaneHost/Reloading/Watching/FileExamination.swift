// SPDX-License-Identifier: Apache-2.0

internal import BackplaneImage

/// What came of reading a file from its first byte to its last.
enum FileExamination: Sendable, Hashable {
    /// It changed, or went, while it was being read.
    case torn
    /// It can't be read; in words, for people.
    case refused(String)
    /// All its bytes; in words, for people, what is missing of them.
    case content(FileStamp, hash: UInt64, incomplete: String?)

    /// Reads the file at `path`; blocks, but on nothing that is no regular file.
    ///
    /// - Parameter known: The hash of bytes that are known to be whole.
    init(path: String, known: UInt64?) {
        guard case .file(let before) = FileSight(path: path) else {
            self = .torn
            return
        }
        do throws(ImageError) {
            let bytes = try FileReader.read(path)
            guard FileSight(path: path) == .file(before), bytes.count == before.size else {
                self = .torn
                return
            }
            var hash = ContentHash()
            hash.add(bytes)
            let value = hash.value
            self = .content(
                before, hash: value,
                incomplete: value == known ? nil : Self.missing(bytes, path: path))
        } catch {
            self = FileSight(path: path) == .file(before) ? .refused(error.message) : .torn
        }
    }

    /// What is missing of a file's bytes, by its own headers; nothing of a file that has none.
    static func missing(_ bytes: [UInt8], path: String) -> String? {
        let isImage = isImagePath(path)
        if isImage && bytes.isEmpty { return "\(path) is empty" }
        // Room was made for the file, but its beginning is not written yet.
        if isImage && bytes.prefix(64).allSatisfy({ $0 == 0 }) {
            return "\(path) begins with zeros: it may still be being written"
        }
        guard isImage || bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]) else { return nil }
        do throws(ImageError) {
            _ = try ELFFile(bytes, path: path)
            return nil
        } catch {
            // What is no plugin at all is not going to be one when it gets longer.
            return error.code == .incomplete ? error.message : nil
        }
    }

    /// Whether a path names a shared object: `libX.so`, `libX.so.1`.
    static func isImagePath(_ path: String) -> Bool {
        let name = PluginSource.name(of: path)
        return name.hasSuffix(".so") || name.contains(".so.")
    }
}
