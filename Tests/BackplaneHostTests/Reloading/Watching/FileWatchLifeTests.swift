// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import OracleSupport
import Testing

@testable import BackplaneHost

/// The beginning and the end of a watch.
struct FileWatchLifeTests {
    private enum Life {
        case before, begun, over
    }

    /// Tells when it is gone, and its descriptor with it.
    private final class Mortal: DirectoryEvents {
        private let inotify: Inotify
        private let life: Monitor<Life>

        init(_ life: Monitor<Life>) throws(WatchFailure) {
            inotify = try Inotify()
            self.life = life
            tell(.begun)
        }

        deinit { tell(.over) }

        private func tell(_ now: Life) {
            life.withLock { $0 = now }
            life.notify(all: true)
        }

        var descriptor: CInt { inotify.descriptor }

        func add(_ path: String, _ interest: DirectoryInterest) throws(WatchFailure) -> CInt {
            try inotify.add(path, interest)
        }

        func remove(_ watch: CInt) { inotify.remove(watch) }

        func read() -> [DirectoryEvent] { inotify.read() }
    }

    private let folder = TemporaryFolder()
    private let life = Monitor(Life.before)

    private func watch(
        _ changed: @escaping @Sendable (FileChange) -> Void = { _ in }
    ) throws -> FileWatch {
        var options = WatchOptions()
        options.openEvents = { [life] () throws(WatchFailure) in try Mortal(life) }
        return try FileWatch(options, changed: changed)
    }

    private func comes(_ wanted: Life) -> Bool {
        life.wait(until: .now.advanced(by: .seconds(20))) { $0 == wanted ? true : nil } == true
    }

    @Test func `a watch that is closed leaves nothing behind`() throws {
        let watch = try watch()
        watch.watch([folder.path("file")])
        #expect(comes(.begun))
        watch.close()
        #expect(comes(.over))
        // What comes too late does no harm.
        watch.watch([folder.path("other")])
        watch.rescan()
        watch.close()
    }

    @Test func `a watch that is forgotten leaves nothing behind`() throws {
        do {
            let watch = try watch()
            watch.watch([folder.path("file")])
            #expect(comes(.begun))
        }
        #expect(comes(.over))
    }

    @Test func `it may be told what to watch while it tells of a change`() throws {
        final class Holder: Sendable {
            let watch = Monitor<FileWatch?>(nil)
        }
        let holder = Holder()
        let paths = Monitor<[String]>([])
        let (first, second) = (folder.path("first"), folder.path("second"))
        let watch = try watch { [folder] change in
            paths.withLock { $0.append(change.path) }
            paths.notify(all: true)
            holder.watch.withLock { $0 }?.watch([second])
            if change.path == first { _ = try? folder.file("second", [2]) }
        }
        holder.watch.withLock { $0 = watch }
        watch.watch([first])
        _ = try folder.file("first", [1])
        let told = paths.wait(until: .now.advanced(by: .seconds(20))) {
            $0.count >= 2 ? $0 : nil
        }
        #expect(told == [first, second])
        holder.watch.withLock { $0 = nil }
        watch.close()
        #expect(comes(.over))
    }
}
