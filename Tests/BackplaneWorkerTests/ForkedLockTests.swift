// SPDX-License-Identifier: Apache-2.0

import BackplaneTransport
import CLinux
import Foundation
import OracleSupport
import Synchronization
import Testing

/// Swift's locks in the thread of a process that was forked.
///
/// In processes of their own: a lock that never comes free takes its process along.
struct ForkedLockTests {
    @Test func `a mutex of the forked thread is handed to another that waits for it`() async {
        await #expect(processExitsWith: .success) {
            ForkedLockTests.inChild {
                let mutex = Mutex(0)
                let other = mutex.withLock { _ in
                    ForkedLockTests.Other { mutex.withLock { $0 += 1 } }
                }
                other.waitUntilOver()
            }
        }
    }

    @Test func `so is a global that both want first`() async {
        await #expect(processExitsWith: .success) {
            ForkedLockTests.inChild {
                Slow.value.waitUntilOver()
            }
        }
    }

    /// Does something in a forked process, and ends with it.
    private static func inChild(_ body: () -> Void) -> Never {
        // What a fork inherits: this thread's number, where each kind of lock keeps it.
        Mutex(0).withLock { $0 = 1 }
        _ = Early.value
        let pid = clinux_fork()
        if pid == 0 {
            body()
            _exit(0)
        }
        var status: CInt = 0
        do {
            try Deadline.wait("the end of the child") {
                unsafe waitpid(pid, &status, WNOHANG) == pid
            }
        } catch {
            kill(pid, SIGKILL)
            exit(1)
        }
        exit(status == 0 ? 0 : 1)
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
        private let place = Mutex("")
        private let isOver = Atomic(false)

        /// Starts it and waits until it sleeps, which is for the lock.
        init(_ body: @escaping @Sendable () -> Void) {
            Threads.start("other") {
                let own = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/thread-self")
                self.place.withLock { $0 = own ?? "" }
                body()
                self.isOver.store(true, ordering: .releasing)
            }
            while true {
                let place = place.withLock { $0 }
                let text = try? String(contentsOfFile: "/proc/\(place)/stat", encoding: .utf8)
                if text?.contains(") S ") == true { return }
                sched_yield()
            }
        }

        func waitUntilOver() {
            while !isOver.load(ordering: .acquiring) { sched_yield() }
        }
    }
}
