// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Reads the records of inotify(7).
///
/// ```
/// record [0..<4 watch i32][4..<8 mask u32][8..<12 cookie u32][12..<16 length u32][16..<16+length name, 0…]
/// ```
enum InotifyParser {
    /// The events in the first `count` bytes; what does not fit there is dropped.
    static func events(_ bytes: [UInt8], count: Int) -> [DirectoryEvent] {
        let end = min(count, bytes.count)
        var events: [DirectoryEvent] = []
        var at = 0
        while end - at >= 16 {
            let watch = CInt(bitPattern: word(bytes, at))
            let mask = word(bytes, at + 4)
            let length = Int(word(bytes, at + 12))
            guard length <= end - at - 16 else { break }
            let name = bytes[(at + 16)..<(at + 16 + length)].prefix { $0 != 0 }
            at += 16 + length
            for kind in kinds(mask) {
                let text = String(decoding: name, as: UTF8.self)
                events.append(DirectoryEvent(watch: watch, kind: kind, name: text))
            }
        }
        return events
    }

    /// What a mask stands for.
    ///
    /// The kernel sets one bit of them; an unknown one is nothing.
    private static func kinds(_ mask: UInt32) -> [DirectoryEvent.Kind] {
        table.filter { mask & $0.0 != 0 }.map(\.1)
    }

    private static let table: [(UInt32, DirectoryEvent.Kind)] = [
        (UInt32(IN_CREATE), .created),
        (UInt32(IN_MODIFY), .modified),
        (UInt32(IN_ATTRIB), .attributes),
        (UInt32(IN_CLOSE_WRITE), .closed),
        (UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM), .left),
        (UInt32(IN_MOVED_TO), .arrived),
        (
            UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF) | UInt32(IN_UNMOUNT)
                | UInt32(IN_IGNORED), .displaced
        ),
        (UInt32(IN_Q_OVERFLOW), .overflow),
    ]

    private static func word(_ bytes: [UInt8], _ at: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) }
    }
}
