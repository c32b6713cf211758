// SPDX-License-Identifier: Apache-2.0

import Glibc
import OracleSupport
import Testing

@testable import BackplaneHost

/// The kernel's records, whole and damaged.
struct InotifyParserTests {
    private func record(
        _ watch: CInt, _ mask: Int, _ name: String, length: Int? = nil
    ) -> [UInt8] {
        let padded = name.isEmpty ? 0 : (name.utf8.count / 16 + 1) * 16
        let words = [UInt32(bitPattern: watch), UInt32(mask), 0, UInt32(length ?? padded)]
        let head = words.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xff) } }
        let tail = [UInt8](repeating: 0, count: padded - name.utf8.count)
        return head + Array(name.utf8) + tail
    }

    @Test func `records become events`() {
        let bytes =
            record(1, Int(IN_CLOSE_WRITE), "libA.so") + record(2, Int(IN_DELETE_SELF), "")
            + record(-1, Int(IN_Q_OVERFLOW), "")
            + record(3, Int(IN_CREATE) | Int(IN_ISDIR), "exactly-16-bytes")
        #expect(
            InotifyParser.events(bytes, count: bytes.count) == [
                DirectoryEvent(watch: 1, kind: .closed, name: "libA.so"),
                DirectoryEvent(watch: 2, kind: .displaced, name: ""),
                DirectoryEvent(watch: -1, kind: .overflow, name: ""),
                DirectoryEvent(watch: 3, kind: .created, name: "exactly-16-bytes"),
            ])
    }

    @Test(arguments: [
        (Int(IN_MODIFY), DirectoryEvent.Kind.modified), (Int(IN_ATTRIB), .attributes),
        (Int(IN_DELETE), .left), (Int(IN_MOVED_FROM), .left), (Int(IN_MOVED_TO), .arrived),
        (Int(IN_MOVE_SELF), .displaced), (Int(IN_IGNORED), .displaced),
        (Int(IN_UNMOUNT), .displaced),
    ])
    func `each bit has its meaning`(_ mask: Int, _ kind: DirectoryEvent.Kind) {
        let bytes = record(1, mask, "a")
        #expect(InotifyParser.events(bytes, count: bytes.count).map(\.kind) == [kind])
    }

    @Test func `a record that is cut off is dropped`() {
        let first = record(1, Int(IN_CREATE), "first")
        let bytes = first + record(1, Int(IN_CREATE), "second")
        for count in 0..<bytes.count {
            let events = InotifyParser.events(bytes, count: count)
            #expect(events.count == (count < first.count ? 0 : 1))
        }
        #expect(InotifyParser.events(bytes, count: bytes.count + 1000).count == 2)
    }

    @Test func `a length beyond the buffer ends it`() {
        let bytes = record(1, Int(IN_CREATE), "a", length: Int(UInt32.max))
        #expect(InotifyParser.events(bytes, count: bytes.count).isEmpty)
    }

    @Test func `no bytes do harm`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...256, using: &generator)).map { _ in
                Bool.random(using: &generator) ? 0 : UInt8.random(in: 0...255, using: &generator)
            }
            _ = InotifyParser.events(bytes, count: bytes.count)
        }
    }
}
