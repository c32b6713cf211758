// SPDX-License-Identifier: Apache-2.0

import Foundation
import OracleSupport
import Testing

@testable import BackplaneImage

/// Shared objects read without opening them: sound ones, cut ones and damaged ones.
struct ELFFileTests {
    private static let small = Result { try FixtureBuild.shared.bytes("sound") }

    /// Why the bytes are refused; nil when they are not.
    private func refusal(_ bytes: [UInt8]) -> ImageError? {
        do throws(ImageError) {
            _ = try ELFFile(bytes, path: "/plugin.so")
            return nil
        } catch {
            return error
        }
    }

    @Test func `a small plugin says what it exports and needs`() throws {
        let elf = try ELFFile(try Self.small.get(), path: "/plugin.so")
        #expect(elf.exports.contains("backplane_plugin"))
        #expect(!elf.hasSwift)
        #expect(!elf.embedsSwiftRuntime)
        #expect(elf.needed.allSatisfy { $0.contains(".so") })
    }

    @Test func `the libraries of this process are sound`() throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps"))
        let maps = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        let paths = Set(
            maps.split(separator: "\n").compactMap { line in
                line.split(separator: " ").last.map(String.init)
            }
        ).filter { $0.hasPrefix("/") && $0.contains(".so") }
        #expect(paths.contains { $0.contains("libswiftCore.so") })
        for path in paths {
            let elf = try ELFFile([UInt8](try Data(contentsOf: URL(filePath: path))), path: path)
            #expect(!elf.exports.isEmpty || path.contains("ld-"))
            if path.contains("libswiftCore.so") { #expect(elf.hasSwift) }
        }
    }

    @Test func `a file that is cut off anywhere is refused`() throws {
        let whole = try Self.small.get()
        #expect(refusal(whole) == nil)
        #expect(refusal([])?.code == .notAPlugin)
        let accepted = (1..<whole.count).filter { count in
            refusal(Array(whole.prefix(count)))?.code != .incomplete
        }
        #expect(accepted == [])
    }

    @Test func `a file whose end is not written yet is refused`() throws {
        let whole = try Self.small.get()
        // Whatever of the headers at its end is missing, and everything before them.
        let sectionHeaders = whole[40..<48].reversed().reduce(0) { $0 << 8 | Int($1) }
        for count in stride(from: 64, through: sectionHeaders, by: 61) {
            var bytes = whole
            bytes.replaceSubrange(count..., with: repeatElement(0, count: whole.count - count))
            #expect(refusal(bytes)?.code == .incomplete)
        }
    }

    @Test func `text, scripts and other objects are no plugins`() throws {
        #expect(refusal(Array("#!/bin/sh\n".utf8))?.code == .notAPlugin)
        #expect(refusal([UInt8](repeating: 0, count: 4096))?.code == .notAPlugin)
        #expect(refusal(Array("\u{7f}ELG".utf8))?.code == .notAPlugin)
        let changes: [(Int, UInt8, String)] = [
            (4, 1, "64-bit"), (5, 2, "little-endian"), (18, 8, "another processor"),
            (16, 2, "not a shared object"), (16, 1, "not a shared object"),
        ]
        for (place, byte, words) in changes {
            var bytes = try Self.small.get()
            bytes[place] = byte
            let error = refusal(bytes)
            #expect(error?.code == .notAPlugin)
            #expect(error?.message.contains(words) == true)
        }
    }

    @Test func `no damage to the headers does harm`() throws {
        let whole = try Self.small.get()
        var generator = SeededGenerator(seed: 7)
        let sectionHeaders = whole[40..<48].reversed().reduce(0) { $0 << 8 | Int($1) }
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let isTail = Bool.random(using: &generator)
                let place =
                    isTail
                    ? Int.random(in: sectionHeaders..<whole.count, using: &generator)
                    : Int.random(in: 4..<min(1024, whole.count), using: &generator)
                let extremes: [UInt8] = [0, 1, 0x7f, 0x80, 0xff]
                bytes[place] =
                    extremes.randomElement(using: &generator)
                    ?? UInt8.random(in: 0...255, using: &generator)
            }
            // Refused or not: it comes back, and soon.
            _ = refusal(bytes)
        }
    }

    @Test func `no damage anywhere does harm`() throws {
        let whole = try Self.small.get()
        var generator = SeededGenerator(seed: 8)
        for _ in 0..<5000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...64, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            }
            _ = refusal(bytes)
        }
    }
}
