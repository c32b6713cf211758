// SPDX-License-Identifier: Apache-2.0

/// Bounds-checked reading of an ELF file's tables; see `ELFFile`.
struct ELFReader {
    struct Segment {
        let type: UInt32
        let offset: UInt64
        let address: UInt64
        let size: UInt64
    }

    struct Section {
        let name: String
        let type: UInt32
        let offset: UInt64
        let size: UInt64
    }

    let bytes: [UInt8]
    let path: String

    func checkHeader() throws(ImageError) {
        let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]
        guard !bytes.isEmpty, magic.starts(with: bytes.prefix(4)) else {
            throw ImageError(
                .notAPlugin,
                bytes.isEmpty
                    ? "\(path) is empty" : "\(path) is not a shared object (no ELF header)")
        }
        guard bytes.count >= 64 else { throw incomplete("its header is cut off") }
        guard bytes[4] == 2, bytes[5] == 1 else {
            throw ImageError(.notAPlugin, "\(path) is not a 64-bit little-endian object")
        }
        let machine = try u16(18)
        guard machine == Self.machine else {
            throw ImageError(
                .notAPlugin,
                "\(path) was built for another processor (ELF machine \(machine), this host's is "
                    + "\(Self.machine)); build it for \(DescriptorReader.target)")
        }
        guard try u16(16) == 3 else {
            throw ImageError(
                .notAPlugin,
                "\(path) is not a shared object; link it with -shared (Swift: a "
                    + "product of type .dynamic)")
        }
    }

    func segments() throws(ImageError) -> [Segment] {
        let (start, size, count) = (try u64(32), UInt64(try u16(54)), UInt64(try u16(56)))
        guard size >= 56 else { throw incomplete("its program headers are malformed") }
        var segments: [Segment] = []
        for index in 0..<count {
            let at = try position(start, index, size)
            let segment = Segment(
                type: try u32(at), offset: try u64(at + 8), address: try u64(at + 16),
                size: try u64(at + 32))
            try checkInside(segment.offset, segment.size, "a segment")
            segments.append(segment)
        }
        return segments
    }

    func sections() throws(ImageError) -> [Section] {
        let (start, size, count) = (try u64(40), UInt64(try u16(58)), UInt64(try u16(60)))
        guard start != 0, count != 0 else { return [] }
        guard size >= 64 else { throw incomplete("its section headers are malformed") }
        let names = try position(start, UInt64(try u16(62)), size)
        // A tail of zeros: the file has its full size already, but not its content.
        guard try u32(names + 4) == 3 else { throw incomplete("its section headers are blank") }
        let nameBase = try u64(names + 24)
        var sections: [Section] = []
        for index in 0..<count {
            let at = try position(start, index, size)
            let section = Section(
                name: try string(nameBase, UInt64(try u32(at))), type: try u32(at + 4),
                offset: try u64(at + 24), size: try u64(at + 32))
            // NOBITS and NULL sections take no room in the file.
            if section.type != 8 && section.type != 0 {
                try checkInside(section.offset, section.size, "section \(section.name)")
            }
            sections.append(section)
        }
        return sections
    }

    /// The names that the dynamic symbol table defines, global or weak.
    func exports(_ sections: [Section]) throws(ImageError) -> Set<String> {
        guard let table = sections.first(where: { $0.type == 11 }),
            let strings = sections.first(where: { $0.name == ".dynstr" })
        else { return [] }
        var names: Set<String> = []
        var at = table.offset
        while at + 24 <= table.offset + table.size {
            let binding = try byte(at + 4) >> 4
            let section = try u16(at + 6)
            if section != 0, binding == 1 || binding == 2 {
                names.insert(try string(strings.offset, UInt64(try u32(at))))
            }
            at += 24
        }
        return names
    }

    /// Where an address of the loaded image lies in the file.
    func offset(ofAddress address: UInt64, in segments: [Segment]) -> UInt64? {
        for segment in segments where segment.type == 1 {
            let (end, overflow) = segment.address.addingReportingOverflow(segment.size)
            if !overflow, address >= segment.address, address < end {
                return segment.offset + (address - segment.address)
            }
        }
        return nil
    }

    func string(_ base: UInt64, _ offset: UInt64) throws(ImageError) -> String {
        let (start, overflow) = base.addingReportingOverflow(offset)
        guard !overflow, start < UInt64(bytes.count) else {
            throw incomplete("a name lies outside of it")
        }
        let from = Int(start)
        let limit = min(bytes.count, from + 65536)
        guard let end = bytes[from..<limit].firstIndex(of: 0) else {
            throw incomplete("a name does not end")
        }
        return String(decoding: bytes[from..<end], as: UTF8.self)
    }

    func u64(_ at: UInt64) throws(ImageError) -> UInt64 {
        UInt64(try u32(at)) | UInt64(try u32(at &+ 4)) << 32
    }

    private func u32(_ at: UInt64) throws(ImageError) -> UInt32 {
        UInt32(try u16(at)) | UInt32(try u16(at &+ 2)) << 16
    }

    private func u16(_ at: UInt64) throws(ImageError) -> UInt16 {
        UInt16(try byte(at)) | UInt16(try byte(at &+ 1)) << 8
    }

    private func byte(_ at: UInt64) throws(ImageError) -> UInt8 {
        guard at < UInt64(bytes.count) else { throw incomplete("it ends at \(bytes.count) bytes") }
        return bytes[Int(at)]
    }

    private func position(
        _ start: UInt64, _ index: UInt64, _ size: UInt64
    ) throws(ImageError) -> UInt64 {
        let (sum, overflow) = start.addingReportingOverflow(index * size)
        guard !overflow, sum <= UInt64(bytes.count), size <= UInt64(bytes.count) - sum else {
            throw incomplete("a table is cut off")
        }
        return sum
    }

    private func checkInside(
        _ offset: UInt64, _ size: UInt64, _ what: String
    ) throws(ImageError) {
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard !overflow, end <= UInt64(bytes.count) else {
            throw incomplete("\(what) ends beyond its \(bytes.count) bytes")
        }
    }

    private func incomplete(_ why: String) -> ImageError {
        ImageError(
            .incomplete,
            "\(path) is incomplete: \(why); it may still be being written, or its copy "
                + "was cut off")
    }

    #if arch(x86_64)
        private static let machine: UInt16 = 62
    #elseif arch(arm64)
        private static let machine: UInt16 = 183
    #endif
}
