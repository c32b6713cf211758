// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Locks that the main thread has while another thread wants them, in a process that may have been forked.
enum Contention {
    /// Has this thread's number noted by each kind of lock.
    static func prepare() {
        Mutex(0).withLock { $0 = 1 }
        _ = Early.value
    }

    /// Hands over a mutex, and then a global that both want first; hangs where that goes wrong.
    @MainActor static func run() async {
        let shared = Shared()
        let first = shared.mutex.withLock { _ in Other { shared.mutex.withLock { $0 += 1 } } }
        await first.task.value
        await Slow.value.task.value
    }

    private final class Shared: Sendable {
        let mutex = Mutex(0)
    }

    private enum Early {
        static let value = getpid()
    }

    private enum Slow {
        /// Who waits for it to be made.
        static let value: Other = Other { want() }

        private static func want() { _ = value }
    }

    /// Another thread, which wants a lock that this one has.
    private final class Other: Sendable {
        let task: Task<Void, Never>

        /// Starts it and waits until it sleeps, which is for the lock.
        init(_ body: @escaping @Sendable () -> Void) {
            let thread = Thread()
            task = Task.detached {
                thread.set()
                body()
            }
            while !thread.isAsleep { sched_yield() }
        }
    }

    /// A thread, as the system shows it.
    private final class Thread: Sendable {
        private let place = Mutex("")

        /// Notes the thread that calls it.
        func set() {
            var name = [CChar](repeating: 0, count: 64)
            let size = unsafe readlink("/proc/thread-self", &name, 63)
            guard size > 0 else { return }
            let link = String(decoding: name[..<size].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let text = "/proc/\(link)/stat"
            place.withLock { $0 = text }
        }

        var isAsleep: Bool {
            let path = place.withLock { $0 }
            guard !path.isEmpty, let file = unsafe fopen(path, "re") else { return false }
            defer { unsafe fclose(file) }
            var line = [CChar](repeating: 0, count: 512)
            guard unsafe fgets(&line, 511, file) != nil else { return false }
            return unsafe strstr(line, ") S ") != nil
        }
    }
}
