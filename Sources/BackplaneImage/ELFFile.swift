// SPDX-License-Identifier: Apache-2.0

/// What the headers of a shared object say, read without opening it.
///
/// Pure: bytes in, facts out.
///
/// Nothing of the file is believed: every offset and count is checked before it is followed.
///
/// Source: elf(5), System V gABI chapters 4 and 5.
/// ```
/// header  [0..<4 magic][4 class][5 data][16..<18 type][18..<20 machine][32..<40 phoff][40..<48 shoff]
///         [54..<56 phentsize][56..<58 phnum][58..<60 shentsize][60..<62 shnum][62..<64 shstrndx]
/// segment [0..<4 type][4..<8 flags][8..<16 offset][16..<24 vaddr][32..<40 filesz]
/// section [0..<4 name][4..<8 type][24..<32 offset][32..<40 size]
/// dynamic [0..<8 tag][8..<16 value]
/// symbol  [0..<4 name][4 info][6..<8 section][8..<16 value]
/// ```
public struct ELFFile: Sendable {
    /// A library's name, and where in the file it stands.
    public struct NamePlace: Sendable, Hashable {
        /// The name.
        public let name: String
        /// From the first byte of the file on.
        public let offset: Int
    }

    /// The names of the libraries it needs, and its own, if it says one.
    public private(set) var libraryNames: [NamePlace] = []
    /// The libraries it needs, by the names it knows them by.
    public private(set) var needed: [String] = []
    /// Where the dynamic linker looks for them: RUNPATH or RPATH, split at colons.
    public private(set) var searchPaths: [String] = []
    /// The names of symbols that it defines for others.
    public private(set) var exports: Set<String> = []
    /// Whether it holds Swift code.
    public private(set) var hasSwift = false

    /// Reads the headers.
    ///
    /// - Throws: `.notAPlugin` for what is no shared object for this machine, `.incomplete` for a file
    ///   that is shorter than its headers say.
    public init(_ bytes: [UInt8], path: String) throws(ImageError) {
        let reader = ELFReader(bytes: bytes, path: path)
        try reader.checkHeader()
        let segments = try reader.segments()
        let sections = try reader.sections()
        hasSwift = sections.contains { $0.name.hasPrefix("swift5_") }
        guard let dynamic = segments.first(where: { $0.type == 2 }) else {
            throw ImageError(
                .notAPlugin, "\(path) is not a shared object: it has no dynamic section")
        }
        try read(dynamic, segments, reader)
        exports = try reader.exports(sections)
    }

    private mutating func read(
        _ dynamic: ELFReader.Segment, _ segments: [ELFReader.Segment], _ reader: ELFReader
    ) throws(ImageError) {
        var neededOffsets: [UInt64] = []
        var ownNameOffset: UInt64?
        var pathOffsets: [UInt64] = []
        var strings: UInt64?
        var position = dynamic.offset
        let end = dynamic.offset + dynamic.size
        while position + 16 <= end {
            let (tag, value) = (try reader.u64(position), try reader.u64(position + 8))
            switch tag {
            case 0: position = end
            case 1: neededOffsets.append(value)
            case 14: ownNameOffset = value
            case 5: strings = value
            case 15, 29: pathOffsets.append(value)
            default: break
            }
            position += 16
        }
        guard let address = strings else { return }
        guard let base = reader.offset(ofAddress: address, in: segments) else {
            throw ImageError(
                .incomplete, "\(reader.path) is damaged: its strings lie outside of it")
        }
        for offset in neededOffsets { needed.append(try reader.string(base, offset)) }
        for offset in neededOffsets + [ownNameOffset].compactMap(\.self) {
            let (place, isBeyond) = base.addingReportingOverflow(offset)
            guard !isBeyond, let place = Int(exactly: place) else { continue }
            libraryNames.append(
                NamePlace(name: try reader.string(base, offset), offset: place))
        }
        for offset in pathOffsets {
            searchPaths += try reader.string(base, offset).split(separator: ":").map(String.init)
        }
    }

    /// Whether it carries a Swift runtime of its own instead of sharing the host's.
    public var embedsSwiftRuntime: Bool {
        hasSwift && !needed.contains { $0.hasPrefix("libswiftCore.so") }
    }
}
