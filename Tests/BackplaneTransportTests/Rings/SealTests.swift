// SPDX-License-Identifier: Apache-2.0

import CLinux
import Glibc
import Testing

@testable import BackplaneTransport

/// What a worker can do with the descriptors that it is given, and what not.
struct SealTests {
    private static let layout = RegionLayout(poolBytes: 1 << 20)

    @Test func `nobody but the host writes to what the host writes`() throws {
        let (region, descriptor) = try SharedRegion.own(Self.layout)
        defer { close(descriptor) }
        let size = Self.layout.size
        #expect(
            unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0) == MAP_FAILED)
        let readable = unsafe mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0)
        let memory = unsafe try #require(readable)
        #expect(unsafe memory != MAP_FAILED)
        defer { unsafe munmap(memory, size) }
        #expect(unsafe mprotect(memory, size, PROT_READ | PROT_WRITE) == -1)
        var byte: UInt8 = 1
        #expect(unsafe pwrite(descriptor, &byte, 1, 0) == -1)
        #expect(unsafe write(descriptor, &byte, 1) == -1)
        // A hole punched into the file, MADV_REMOVE.
        #expect(unsafe madvise(memory, 4096, 9) == -1)
        for mode in [O_RDWR, O_WRONLY, O_RDWR | O_TRUNC] {
            let again = unsafe open("/proc/self/fd/\(descriptor)", mode)
            guard again >= 0 else { continue }
            // What can be opened can be written to no more than the first one.
            #expect(unsafe pwrite(again, &byte, 1, 0) == -1)
            #expect(
                unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0) == MAP_FAILED)
            close(again)
        }
        // The host's own mapping goes on, and shows.
        region.store(RegionLayout.head, 42)
        #expect(unsafe clinux_load(memory + RegionLayout.head) == 42)
        region.ring()
        #expect(unsafe clinux_load32(memory + RegionLayout.bell) == 1)
    }

    @Test(arguments: [true, false])
    func `no size changes, and no seal is added or taken away`(_ isOwn: Bool) throws {
        let (region, descriptor) =
            isOwn ? try SharedRegion.own(Self.layout) : try SharedRegion.peer(Self.layout)
        defer { close(descriptor) }
        for size in [0, Self.layout.size - 4096, Self.layout.size + 4096] {
            #expect(ftruncate(descriptor, off_t(size)) == -1)
        }
        #expect(clinux_size(descriptor) == Int64(Self.layout.size))
        #expect(clinux_seal_seals(descriptor) == -1)
        #expect(clinux_seal_writing(descriptor) == -1)
        withExtendedLifetime(region) {}
    }

    @Test func `memory of another size than agreed is refused`() throws {
        let (region, descriptor) = try SharedRegion.peer(Self.layout)
        defer { close(descriptor) }
        let other = RegionLayout(poolBytes: 2 << 20)
        #expect(throws: TransportError.self) {
            _ = try SharedRegion(descriptor: descriptor, layout: other, isOwn: false)
        }
        withExtendedLifetime(region) {}
    }

    @Test func `a channel leaves no descriptor and no mapping`() throws {
        func census() throws -> (Int, Int) {
            let maps = try #require(Self.read("/proc/self/maps"))
            let ours = maps.split(separator: "\n").count { $0.contains("/memfd:backplane-") }
            return ((3..<1024 as Range<CInt>).count { fcntl($0, F_GETFD) >= 0 }, ours)
        }
        // Others of this process come and go: it has to be so once.
        var isSame = false
        for _ in 0..<50 where !isSame {
            let before = try census()
            for _ in 0..<10 {
                let made = try HostChannel.make(layout: Self.layout)
                let worker = try WorkerChannel(made.peer, layout: Self.layout)
                for memory in [made.peer.host, made.peer.worker] { close(memory) }
                withExtendedLifetime((worker, made.channel)) {}
            }
            isSame = try census() == before
        }
        #expect(isSame)
    }

    private static func read(_ path: String) -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe Glibc.read(file, &part, part.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += part.prefix(count)
        }
    }
}
