// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The kernel's events of directories.
///
/// Source: inotify(7).
final class Inotify: DirectoryEvents {
    let descriptor: CInt
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    init() throws(WatchFailure) {
        descriptor = inotify_init1(CInt(IN_NONBLOCK) | CInt(IN_CLOEXEC))
        guard descriptor >= 0 else { throw .last("inotify_init1") }
    }

    deinit {
        close(descriptor)
    }

    func add(_ path: String, _ interest: DirectoryInterest) throws(WatchFailure) -> CInt {
        let watch = unsafe inotify_add_watch(descriptor, path, Self.mask(interest))
        guard watch >= 0 else { throw .last("inotify_add_watch", path) }
        return watch
    }

    func remove(_ watch: CInt) {
        _ = inotify_rm_watch(descriptor, watch)
    }

    func read() -> [DirectoryEvent] {
        var events: [DirectoryEvent] = []
        // Bounded, so that who writes without end does not keep us from looking.
        for _ in 0..<16 {
            // SAFETY: the buffer is valid for the call, and `read` is told its size.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { break }
            events += InotifyParser.events(buffer, count: count)
        }
        return events
    }

    private static func mask(_ interest: DirectoryInterest) -> UInt32 {
        var mask = IN_ONLYDIR | IN_DONT_FOLLOW | IN_DELETE_SELF | IN_MOVE_SELF
        if interest.contains(.names) {
            mask |= IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO
        }
        if interest.contains(.contents) {
            // Files that are removed but still open are nobody's business.
            mask |= IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_EXCL_UNLINK
        }
        return UInt32(mask)
    }
}
